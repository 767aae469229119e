"""The words of `transfer`, `train`, `evaluate` and `ensemble`, as those of images."""

from __future__ import annotations

from archdsl.recipes.forms import Form, Option, named

__all__ = [
    "ENSEMBLE",
    "EVALUATE",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "TRAIN",
    "TRANSFER",
]

# --------------------------------------------------------------------------------- transfer

TRANSFER = named(
    Form(
        "weights",
        "What training starts from: a file, or a model of a library that is installed and has "
        'the weights in its cache: "torchvision:resnet50", "timm:..", "keras:ResNet50".',
        (
            Option("source", "string", "a .safetensors, .pth, .pt, .h5 or .keras file, or a model"),
            Option("except", "layers", "layers that are made new", ()),
            Option("map", "string", "a JSON file that maps its names to the net's", None),
        ),
        1,
        'weights("resnet50.safetensors", except=fc)',
    ),
    Form(
        "freeze",
        "Which layers stay as they are: `all` but the new ones (without any, but the last), "
        "`none`, or those before a layer. Their batch norms work as in inference.",
        (
            Option("which", "word", "", None, words=("all", "none")),
            Option("until", "layer", "the first layer that trains", None),
        ),
        1,
        "freeze(until=layer3)",
    ),
    Form(
        "cache_features",
        "What the frozen layers give, computed once for each image and kept in a file.",
        (Option("file", "string", "a .safetensors file"),),
        1,
        'cache_features("features.safetensors")',
    ),
)

# ------------------------------------------------------------------------------------ train

_RATE = Option("rate", "number", "learning rate", above=0, most=1000)
_DECAY = Option(
    "weight_decay",
    "number",
    "decay of every weight, as a part of its gradient (L2)",
    0,
    least=0,
    most=10,
)
_MOMENTUM = Option("momentum", "number", "share of the last step's move", 0, least=0, below=1)
_EPS = Option("eps", "number", "added to the denominator", 1e-8, above=0, most=1)
_BETA1 = Option("beta1", "number", "decay of the mean of gradients", 0.9, least=0, below=1)
_BETA2 = Option("beta2", "number", "decay of the mean of their squares", 0.999, least=0, below=1)
_ADAM = (_RATE, _BETA1, _BETA2, _EPS)

OPTIMIZERS = named(
    Form(
        "sgd",
        "Stochastic gradient descent, by PyTorch's rule.",
        (
            _RATE,
            _MOMENTUM,
            _DECAY,
            Option("nesterov", "bool", "look ahead by the momentum", False),
        ),
        1,
        "sgd(0.1, momentum=0.9, weight_decay=1e-4)",
    ),
    Form("adam", "Adam.", (*_ADAM, _DECAY), 1, "adam(1e-3)"),
    Form(
        "adamw",
        "Adam with decay apart from the gradient.",
        (*_ADAM, Option("weight_decay", "number", "share of each weight", 0.01, 0, 10)),
        1,
        "adamw(1e-3, weight_decay=0.05)",
    ),
    Form(
        "rmsprop",
        "RMSprop.",
        (
            _RATE,
            Option("rho", "number", "decay of the mean of squares", 0.99, least=0, below=1),
            _MOMENTUM,
            _EPS,
            _DECAY,
        ),
        1,
        "rmsprop(1e-3)",
    ),
)

_WARMUP = Option("warmup", "number", "epochs in which the rate rises from 0", 0, least=0)

SCHEDULES = named(
    Form("constant", "The same rate throughout.", (_WARMUP,), 0, "constant(warmup=1)"),
    Form(
        "step",
        "The rate times `gamma` after every so many epochs, or after those listed.",
        (
            Option("every", "number", "epochs", None, above=0),
            Option("at", "numbers", "epochs from the start, rising", None, above=0),
            Option("gamma", "number", "factor", 0.1, above=0, most=1),
            _WARMUP,
        ),
        1,
        "step(30, gamma=0.1)",
    ),
    Form(
        "cosine",
        "Down by half a cosine.",
        (_WARMUP, Option("final", "number", "share of the rate at the end", 0, least=0, most=1)),
        0,
        "cosine(warmup=3)",
    ),
    Form(
        "onecycle",
        "Up to the optimizer's rate and down again, each by half a cosine.",
        (
            Option(
                "peak", "number", "share of the training before the peak", 0.3, None, None, 0, 1
            ),
            Option("start", "number", "share of the rate at the start", 0.04, above=0, most=1),
            Option("final", "number", "share of the rate at the end", 4e-6, least=0, most=1),
        ),
        0,
        "onecycle",
    ),
)

LOSSES = named(
    Form(
        "cross_entropy",
        "Cross entropy of the softmax of what the net gives.",
        (Option("label_smoothing", "number", "share spread over all classes", 0, 0, below=1),),
        0,
        "cross_entropy(label_smoothing=0.1)",
    )
)

TRAIN = Form(
    "train",
    "How the net is trained.",
    (
        Option("epochs", "whole", "times through the training images", least=1, most=1_000_000),
        Option("batch", "whole", "images a step, over all devices", least=1, most=1_000_000),
        Option("seed", "whole", "of weights, order and draws", 0, least=0, most=2**31 - 1),
        Option("optimizer", "use", "sgd, adam, adamw or rmsprop"),
        Option("schedule", "use", "step, cosine, onecycle or constant", "constant"),
        Option("loss", "use", "cross_entropy", "cross_entropy"),
        Option(
            "precision",
            "word",
            "of the sums; `auto` is bfloat16 where the device has it",
            "float32",
            words=("auto", "float32", "bfloat16", "float16"),
        ),
        Option("compile", "bool", "compile the net first", False),
        Option("channels_last", "bool", "the memory layout of images (PyTorch)", False),
        Option("ema", "number", "decay of an average of the weights", None, above=0, below=1),
        Option("clip", "number", "largest norm of all gradients together", None, above=0),
        Option("shard", "bool", "weights and state divided over devices (PyTorch)", False),
        Option("tensorboard", "bool", "curves for TensorBoard too", False),
        Option(
            "workers",
            "whole",
            "processes that prepare images",
            None,
            least=0,
            most=256,
            shown="by the machine",
        ),
    ),
)

EVALUATE = Form(
    "evaluate",
    "How the trained net is measured.",
    (
        Option("crops", "whole", "1, 5 or 10 parts of an image, averaged", 1),
        Option("flip", "bool", "each part mirrored too", False),
        Option(
            "resize",
            "whole",
            "the shorter side before the crops, in pixels",
            None,
            least=1,
            most=8192,
            shown="after a crop with `scale`, its size / 0.875",
        ),
        Option(
            "metrics",
            "words",
            "what is shown",
            ("top1",),
            words=("top1", "top5", "confusion"),
        ),
    ),
)

ENSEMBLE = Form(
    "ensemble",
    "Several nets trained apart, their probabilities averaged.",
    (Option("members", "members", "how many seeds, or a list of nets"),),
)
