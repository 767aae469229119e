"""Normalisation, and what acts only while training."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archdsl.ir.op import Arg, Lowering, Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops.norm import BatchNorm, GroupNorm, LayerNorm, LocalResponseNorm
from archdsl.ops.regularize import Dropout, DropPath
from archdsl.targets.jax.lowerings.make import function, module


def _bn(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    """Flax's momentum is what the running figures keep."""
    assert isinstance(op, BatchNorm)
    return module(
        "nnx.BatchNorm",
        Arg("num_features", inputs[0].channels, "in.c", positional=True),
        Arg("momentum", round(1 - op.momentum, 12)),
        Arg("epsilon", op.eps, "eps"),
        Arg("use_scale", op.scale, "scale", default=True),
        Arg("use_bias", op.shift, "shift", default=True),
    )


def _groupnorm(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, GroupNorm)
    return module(
        "nnx.GroupNorm",
        Arg("num_features", inputs[0].channels, "in.c", positional=True),
        Arg("num_groups", op.n, "n"),
        Arg("epsilon", op.eps, "eps"),
    )


def _layernorm(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, LayerNorm)
    return module(
        "nnx.LayerNorm",
        Arg("num_features", inputs[0].channels, "in.c", positional=True),
        Arg("epsilon", op.eps, "eps"),
    )


def _lrn(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, LocalResponseNorm)
    return function(
        "local_response_norm",
        Arg("size", op.size, "size", default=5),
        Arg("alpha", op.alpha, "alpha", default=1e-4),
        Arg("beta", op.beta, "beta", default=0.75),
        Arg("k", op.k, "k", default=2.0),
        helper="local_response_norm",
    )


def _dropout(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Dropout)
    return module("nnx.Dropout", Arg("rate", op.p, "p", positional=True))


def _drop_path(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, DropPath)
    axes = tuple(range(1, inputs[0].rank + 2))
    rate = Arg("rate", op.p, "p", positional=True)
    return module("nnx.Dropout", rate, Arg("broadcast_dims", axes))


LOWERINGS: Mapping[str, Callable[[Op, Shapes, Shape], Lowering | None]] = {
    "bn": _bn,
    "groupnorm": _groupnorm,
    "layernorm": _layernorm,
    "lrn": _lrn,
    "dropout": _dropout,
    "drop_path": _drop_path,
}
