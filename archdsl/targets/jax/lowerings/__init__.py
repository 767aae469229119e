"""What each op is in Flax NNX, as data: registered here, the ops' own files know nothing of it.

A layer without weights is a function. As a module (one of several that are applied in turn) it
stands by itself, with its arguments bound where it has any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archdsl.ir.op import Lowering, Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.targets.jax.lowerings import activations, convolutions, layout, norms, pools

Lower = Callable[[Op, Shapes, Shape], Lowering | None]

LOWERINGS: Mapping[str, Lower] = {
    **convolutions.LOWERINGS,
    **pools.LOWERINGS,
    **norms.LOWERINGS,
    **activations.LOWERINGS,
    **layout.LOWERINGS,
}
