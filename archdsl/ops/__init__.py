"""The language's ops, by keyword: one family to a file, and each op in one place.

How `flops` counts, for one sample, at inference. An element is one of the output:

| op                                | operations                                                |
|-----------------------------------|-----------------------------------------------------------|
| conv (all kinds), deconv, linear  | two for each multiply-accumulate, one for each bias added |
| maxpool avgpool                   | the window's size for each element                        |
| global pools, `to=`               | one for each element read                                 |
| bn                                | 2 an element: running figures fold into factor and offset |
| groupnorm layernorm               | 8 an element: mean 1, variance 3, the rest 4              |
| lrn                               | its size + 4 an element                                   |
| relu; relu6 leaky_relu prelu; elu | 1; 2; 3 an element                                        |
| sigmoid tanh hardsigmoid          | 4 an element                                              |
| silu gelu hardswish softmax       | 5 an element                                              |
| add mul (n values)                | n - 1 an element                                          |
| layer_scale; rescale              | 1; 2 an element                                           |
| upsample, bilinear                | 3, 9 or 21 an element on 1, 2 or 3 axes                   |
| what only moves elements; dropout | none                                                      |
"""

from __future__ import annotations

from archdsl.ir.op import Op
from archdsl.ops import (
    activation,
    conv,
    custom,
    deconv,
    layout,
    linear,
    merge,
    norm,
    pool,
    regularize,
    resize,
    scale,
)
from archdsl.ops.custom import Custom

__all__ = ["OPS", "Custom"]

_FAMILIES = (
    merge,
    conv,
    deconv,
    linear,
    pool,
    norm,
    activation,
    regularize,
    layout,
    resize,
    scale,
    custom,
)

OPS: dict[str, type[Op]] = {op.keyword: op for family in _FAMILIES for op in family.OPS}
