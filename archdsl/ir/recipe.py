"""A checked recipe: what is done with nets, nothing left to guess.

Every default is filled in, every unit is the one written here, and every contradiction has been
refused. Targets write scripts from it and look nothing up in the syntax tree.

Pixels are float32 in 0..1 from the moment an image is read until `Normalize`, whose output is what
the net sees. Sizes are (height, width). A probability, a fraction or a share is in 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from archdsl.diagnostics import Span
from archdsl.ir import structure
from archdsl.ir.checked import AtLeastZero, Count, Decay, Positive, Share, checked
from archdsl.ir.recipe_augment import CenterCrop, Normalize, Resize, Step
from archdsl.ir.recipe_data import Data
from archdsl.ir.shape import Shape

__all__ = [
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "CrossEntropy",
    "Ensemble",
    "Evaluate",
    "Features",
    "Member",
    "Model",
    "OneCycle",
    "Optimizer",
    "Recipe",
    "RmsProp",
    "Schedule",
    "Sgd",
    "Steps",
    "Train",
    "Transfer",
    "Weights",
]


@checked
class Model:
    """A net that is trained.

    net:     elaborated with the recipe's arguments, so that its module's class (or function) of
             the net's name, called without arguments, makes it
    written: the arguments as values of the language, by name; only those that the recipe gives
    input:   the shape of an image as the net takes it
    classes: the length of its output vector, which are logits (a softmax at the end is refused)
    """

    net: structure.Net
    written: Mapping[str, object]
    input: Shape
    classes: Count

    @property
    def name(self) -> str:
        return self.net.name


# --------------------------------------------------------------------------- transfer


@checked
class Weights:
    """Where the weights come from that training starts with.

    source:  a path (.safetensors, .pth, .pt, .h5, .keras), or a model's name in the library
    library: None for a file; else the installed library that has the weights, if they are cached
    skip:    paths of layers whose weights are not taken: they are made new
    map:     a path to a declared map of names (JSON, from the file's names to the net's), or None
    """

    source: str
    library: Literal["torchvision", "timm", "keras"] | None = None
    skip: tuple[str, ...] = ()
    map: str | None = None


@checked
class Features:
    """The values that a frozen net gives its head, computed once for each image and kept.

    file:    where they are kept (safetensors)
    head:    path of the linear layer that trains; its weights are all that trains
    dropout: probability of the dropout between the features and the head; 0: none
    size:    how many features an image has: the head's inputs
    """

    file: str
    head: str
    dropout: Share
    size: Count


@checked
class Transfer:
    """How a net starts from another's weights, and which of its layers stay as they are.

    weights:  None: the net's own initialisation
    frozen:   paths of all layers with weights that stay; of batch norms the statistics too, which
              are used as in inference
    stages:   the same as few paths as can say it: the layers, and the blocks all of whose layers
              stay ("layer1", "bn1")
    features: None: nothing is kept
    """

    weights: Weights | None = None
    frozen: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    features: Features | None = None


# --------------------------------------------------------------------------- train


@checked
class Sgd:
    """PyTorch's rule: v = momentum * v + (g + weight_decay * w); w -= rate * v.

    With nesterov, w -= rate * (g + momentum * v). The rate is outside of v, so that a change of
    the rate acts at once. weight_decay is on every weight, biases and norms too.
    """

    rate: Positive
    momentum: Share = 0.0
    weight_decay: AtLeastZero = 0.0
    nesterov: bool = False


@checked
class Adam:
    """Adam; weight_decay is added to the gradient (L2)."""

    rate: Positive
    beta1: Share = 0.9
    beta2: Share = 0.999
    eps: Positive = 1e-8
    weight_decay: AtLeastZero = 0.0


@checked
class AdamW:
    """Adam with decoupled decay: w -= rate * weight_decay * w beside Adam's own step."""

    rate: Positive
    beta1: Share = 0.9
    beta2: Share = 0.999
    eps: Positive = 1e-8
    weight_decay: AtLeastZero = 0.01


@checked
class RmsProp:
    """RMSprop: s = rho * s + (1 - rho) * g**2, step by g / (sqrt(s) + eps); L2 weight_decay."""

    rate: Positive
    rho: Share = 0.99
    momentum: Share = 0.0
    eps: Positive = 1e-8
    weight_decay: AtLeastZero = 0.0


Optimizer: TypeAlias = Sgd | Adam | AdamW | RmsProp


# A schedule gives each step's factor on the optimizer's rate. With n steps an epoch, T = epochs * n
# steps in all and W = round(warmup * n): step t (from 0) of the first W has the factor (t + 1) / W.


@checked
class Constant:
    """1 after the warm-up. warmup: epochs."""

    warmup: AtLeastZero = 0.0


@checked
class Steps:
    """gamma ** (how many of `at` are <= t / n). at: epochs counted from the start, warm-up too."""

    at: tuple[float, ...]
    gamma: Positive = 0.1
    warmup: AtLeastZero = 0.0


@checked
class Cosine:
    """final + (1 - final) * (1 + cos(pi * (t - W) / (T - W))) / 2. final: share of the rate."""

    warmup: AtLeastZero = 0.0
    final: AtLeastZero = 0.0


@checked
class OneCycle:
    """Up and down again, the optimizer's rate at the peak (Smith, 2018).

    From `start` to 1 by half a cosine over the first `peak` of the steps, then to `final`. With
    P = peak * T - 1: t <= P: start + (1 - start) * (1 - cos(pi * t / P)) / 2, then
    1 + (final - 1) * (1 - cos(pi * (t - P) / (T - 1 - P))) / 2, as torch's OneCycleLR.
    """

    peak: Decay = 0.3
    start: Share = 0.04
    final: AtLeastZero = 4e-6


Schedule: TypeAlias = Constant | Steps | Cosine | OneCycle


@checked
class CrossEntropy:
    """Of softmax(logits); label_smoothing: the share spread evenly over all classes.

    Side heads add theirs, times their weight in the net (`graph.aux`), while training.
    """

    label_smoothing: Share = 0.0


@checked
class Train:
    """How a net is trained.

    epochs:        times through the training images
    batch:         images a step, over all devices together; the last, smaller batch is trained too
                   (where mixup or batch norm on it can't be, the checker has refused)
    seed:          of initial weights, order and every draw
    precision:     "auto": bfloat16 where the device has it, else float32; "float16" with scaling
    compile:       torch.compile / jit_compile
    channels_last: the memory layout (torch; Keras on TensorFlow has it anyway)
    ema:           decay each step of an average of the weights, which is then evaluated and saved;
                   None: none
    clip:          largest norm of all gradients together; None: unlimited
    shard:         weights, gradients and the optimizer's state divided over the devices (FSDP2)
    tensorboard:   curves for it too
    workers:       processes that read and change images; None: by the machine, at most 8
    """

    epochs: Count
    batch: Count
    seed: int
    optimizer: Optimizer
    schedule: Schedule
    loss: CrossEntropy
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "float32"
    compile: bool = False
    channels_last: bool = False
    ema: Decay | None = None
    clip: Positive | None = None
    shard: bool = False
    tensorboard: bool = False
    workers: int | None = None


# --------------------------------------------------------------------------- evaluate


@checked
class Evaluate:
    """How a trained net is measured. Probabilities (not logits) of an image's views are averaged.

    prepare: what is done with every image before the crops, in order: at most a Resize
    crop:    size of the net's input. 1: the centre; 5: the four corners and the centre; 10: those
             and their mirror images, as torchvision's TenCrop
    flip:    each view mirrored too; never with ten crops, which hold them
    metrics: in the order in which they are shown; "confusion" is a matrix, its rows the truth
    """

    prepare: tuple[Resize, ...]
    crop: CenterCrop
    crops: Literal[1, 5, 10]
    flip: bool
    metrics: tuple[Literal["top1", "top5", "confusion"], ...]

    @property
    def views(self) -> int:
        """How many images the net sees for one."""
        return self.crops * (2 if self.flip else 1)


# --------------------------------------------------------------------------- the whole


@checked
class Member:
    """One training of an ensemble: which of the recipe's models, and its seed."""

    model: int
    seed: int


@checked
class Ensemble:
    """Several trainings whose probabilities are averaged."""

    members: tuple[Member, ...]


@checked
class Recipe:
    """A recipe, checked.

    models:    one; several with `compare` (each trained apart, with the same seed and data, their
               curves in one plot) and with an ensemble of nets. All take the same input and have
               the same classes
    data:      where images come from
    augment:   what is done with each training image, in order, each draw its own; sizes come out
               as the models take them
    mixup:     alpha of Beta(alpha, alpha), one draw a batch that mixes each image and label with
               another's of the batch; None: none
    normalize: after all of that, for training and evaluation; None: pixels stay in 0..1
    kind:      what there is to write: one training, an ensemble, a comparison
    """

    name: str
    doc: str | None
    kind: Literal["single", "ensemble", "compare"]
    models: tuple[Model, ...]
    data: Data
    augment: tuple[Step, ...]
    mixup: Positive | None
    normalize: Normalize | None
    transfer: Transfer
    train: Train
    evaluate: Evaluate
    ensemble: Ensemble | None
    file: str
    span: Span = field(compare=False, repr=False)

    @property
    def input(self) -> Shape:
        """What all models take."""
        return self.models[0].input

    @property
    def classes(self) -> int:
        """How many classes all models tell apart."""
        return self.models[0].classes
