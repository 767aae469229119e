"""Whether two targets make one network of a file: the same weights, the same outputs."""

from archdsl.verify.compare import Comparison, Measured, compare

__all__ = ["Comparison", "Measured", "compare"]
