"""Numbers as people read them."""

from __future__ import annotations

_UNITS = ("", "k", "M", "G", "T")


def number(value: int) -> str:
    """With thousands separators: 25,557,032."""
    return f"{value:,}"


def short(value: int) -> str:
    """To three digits: 25.6 M, 4.09 G."""
    power = 0
    scaled = float(value)
    while scaled >= 999.5 and power < len(_UNITS) - 1:
        scaled /= 1000
        power += 1
    if not power:
        return str(value)
    digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return f"{scaled:.{digits}f} {_UNITS[power]}"


def size(value: int) -> str:
    """Bytes, and for a person: `9,633,792 bytes (9.19 MiB)`."""
    for limit, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if value >= limit:
            return f"{number(value)} bytes ({value / limit:.2f} {unit})"
    return f"{value} bytes"


def duration(nanoseconds: int) -> str:
    """To three digits: 870 ns, 12.3 µs, 4.56 ms, 7.89 s."""
    for limit, unit in ((10**9, "s"), (10**6, "ms"), (10**3, "µs")):
        if nanoseconds >= 0.9995 * limit:
            value = nanoseconds / limit
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:,.{digits}f} {unit}"
    return f"{nanoseconds} ns"


def percent(part: int, whole: int) -> str:
    """`18%`, `<1%`; nothing of nothing."""
    if not part or not whole:
        return ""
    share = 100 * part / whole
    return "<1%" if share < 0.5 else f"{share:.0f}%"
