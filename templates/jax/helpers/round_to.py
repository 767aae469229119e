def round_to(x: float, d: int = 8) -> int:
    """The nearest multiple of d, at least d, and never more than 10% below x."""
    rounded = max(d, int(x + d / 2) // d * d)
    return rounded + d if rounded < 0.9 * x else rounded
