"""What other frameworks call the ops and their arguments, for "did you mean"."""

from __future__ import annotations

import re

__all__ = ["argument", "layer", "value"]

# An argument here -> what PyTorch and Keras call it.
_ARGUMENTS = {
    "c": ("filters", "out_channels", "out_features", "units", "channels"),
    "k": ("kernel", "kernel_size", "pool_size", "size", "window"),
    "p": ("rate", "prob", "drop_rate"),
    "pad": ("padding", "pads"),
    "dilation": ("dilation_rate",),
    "multiplier": ("depth_multiplier",),
    "bias": ("use_bias",),
    "eps": ("epsilon",),
    "to": ("output_size",),
    "factor": ("scale_factor",),
    "n": ("num_groups", "groups"),
    "slope": ("negative_slope",),
    "ceil": ("ceil_mode",),
    "count_pad": ("count_include_pad",),
}
# An op here -> its names elsewhere, in small letters without `_`, `1d`, `2d` and `3d`.
_LAYERS = {
    "conv": ("convolution",),
    "depthwise": ("depthwiseconv",),
    "deconv": ("convtranspose", "transposedconv"),
    "linear": ("dense", "fc", "fullyconnected"),
    "bn": ("batchnorm", "batchnormalization"),
    "groupnorm": ("gn", "groupnormalization"),
    "layernorm": ("ln", "layernormalization"),
    "lrn": ("localresponsenorm",),
    "maxpool": ("maxpooling",),
    "avgpool": ("averagepooling", "meanpool"),
    "global_avgpool": ("gap", "globalaveragepooling", "globalpool"),
    "global_maxpool": ("globalmaxpooling",),
    "silu": ("swish",),
    "zero_pad": ("zeropadding",),
    "upsample": ("upsampling", "resize", "interpolate"),
    "drop_path": ("stochasticdepth",),
}
_ARGUMENT = {word: name for name, words in _ARGUMENTS.items() for word in words}
_LAYER = {word: name for name, words in _LAYERS.items() for word in words}
_VALUES = {"True": "true", "False": "false", "None": "none"}
_COMES_IN = ("in_channels", "in_features", "input_shape", "num_features")


def argument(op: str, name: str, known: tuple[str, ...]) -> str | None:
    """What an unknown argument of an op is about, where that is no misspelling."""
    if name == "activation":
        return f"an activation is a layer of its own: `{op}(..) -> relu`"
    if name in _COMES_IN:
        return "what comes in is never written: its channels follow from the layer before"
    return f"did you mean `{_ARGUMENT[name]}`?" if _ARGUMENT.get(name) in known else None


def layer(name: str) -> str | None:
    """The op that an unknown layer's name stands for elsewhere."""
    return _LAYER.get(re.sub(r"_|[123]d", "", name.lower()))


def value(name: str) -> str | None:
    """What an unknown name in an expression is here."""
    return _VALUES.get(name)
