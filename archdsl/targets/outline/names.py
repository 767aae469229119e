"""Names in emitted code: what may stand there as it is, and what must give way."""

from __future__ import annotations

import keyword
import re
from dataclasses import fields, is_dataclass

from archdsl.diagnostics import Span
from archdsl.syntax import tree

# what the emitted file itself uses; a user's name of these gets an underscore
_FRAMEWORK = "self super torch nn F Tensor OrderedDict Callable partial math keras layers ops"
_FRAMEWORK += " Any Array jax jnp lax nnx rngs initializers np Sequence ValueError"
_BUILTINS = "all any len range min max round abs sum int float bool str list tuple dict set"
_BUILTINS += " enumerate zip slice sorted"
_LOCAL = "x y z print isinstance forward in_channels name module training inputs outputs"
_LOCAL += " training_heads"  # a switch of Keras's functions: no parameter takes its place
_HELPERS = """CenterCrop Conv1dSame Conv2dSame Conv3dSame DropPath
CroppedConvTranspose1d CroppedConvTranspose2d CroppedConvTranspose3d
LayerNormPerPosition LinearPerPosition PadChannels PaddedAvgPool1d PaddedAvgPool2d PaddedAvgPool3d
PaddedConv1d PaddedConv2d PaddedConv3d PaddedMaxPool1d PaddedMaxPool2d PaddedMaxPool3d
PartialBatchNorm1d PartialBatchNorm2d PartialBatchNorm3d Rescale RescaleChannels Reshape
SliceChannels round_to
ChannelPReLU NamedSequential Standardize"""
# beside functions only: a class may be called so
_KERAS_HELPERS = """ChannelShuffle CroppedConv1DTranspose CroppedConv2DTranspose
CroppedConv3DTranspose LayerScale
LocalResponseNormalization LowestPadding PaddedAveragePooling SubsampledConv1D SubsampledConv2D
SubsampledConv3D SubsampledDepthwiseConv1D SubsampledDepthwiseConv2D TanhGELU"""
_HELPING = """adaptive_avg_pool adaptive_max_pool avg_pool_ceil ceil_padding center_crop
channel_shuffle flatten_channels_first local_response_norm max_pool_ceil pad_channels rescale
reshape_channels_first resize shifted upsample"""
FUNCTIONS = frozenset(_HELPING.split())
_GLOBAL = FUNCTIONS | frozenset(_BUILTINS.split())
TAKEN = _GLOBAL | frozenset(f"{_FRAMEWORK} {_LOCAL} {_HELPERS}".split())
_NEVER = TAKEN | frozenset(_KERAS_HELPERS.split())


def safe(name: str) -> str:
    """A name of the source as an identifier of the emitted code; no two names give the same."""
    if re.match(r"v*(__|_$)", name):  # `__c` means something else within a class
        return f"v{name}"
    bare = name.rstrip("_")
    return f"{name}_" if bare in _NEVER or keyword.iskeyword(bare) else name


def attribute_word(name: str) -> str:
    """A name for an attribute: functions beside the class may have it too."""
    return name if name in _GLOBAL else safe(name)


def declared(node: object) -> set[str]:
    """What a declaration's parameters, lets and loop variables are called in emitted code."""
    found: set[str] = set()
    rest = [node]
    while rest:
        node = rest.pop()
        match node:
            case tuple():
                rest.extend(node)
                continue
            case tree.Let(name=name) | tree.Param(name=name):
                found.add(name)
            case tree.Target(names=names):
                found.update(names)
            case tree.Repeat(index=str(index)) | tree.For(index=str(index)):
                found.add(index)
        if is_dataclass(node) and not isinstance(node, Span):
            rest.extend(getattr(node, field.name) for field in fields(node))
    return {safe(name) for name in found}


def snake(name: str) -> str:
    """`InvertedResidual` -> `inverted_residual`, `ConvBN` -> `conv_bn`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return split.lower()


def camel(name: str) -> str:
    """`layer1` -> `Layer1`, `branch_pool` -> `BranchPool`."""
    found = "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", name))
    return found if found[:1].isalpha() else f"Block{found}"


class Namer:
    """Gives out names, none twice."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = {*taken, *keyword.kwlist}

    def take(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}{count}" if not wanted[-1:].isdigit() else f"{wanted}_{count}"
        self._taken.add(name)
        return name
