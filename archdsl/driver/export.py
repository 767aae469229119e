"""A job's net as a file for a runtime."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archdsl import __version__
from archdsl.diagnostics import Diagnostics
from archdsl.driver import codes
from archdsl.driver.errors import CompileError, MissingFramework
from archdsl.driver.pipeline import Job
from archdsl.driver.room import room_for
from archdsl.driver.weights import Conversion, fitted
from archdsl.driver.writing import MARKER
from archdsl.export import FORMATS, NotExported

_EXTRAS = {"onnx": "onnx", "tflite": "tensorflow"}


def export(job: Job, format: str, weights: Conversion | None) -> bytes | None:
    """The file's bytes; None, and errors in the job's diagnostics, where it can't be made.

    format:  "onnx" or "tflite"
    weights: where they are from; without it the framework's own initialisation

    Raises MissingFramework where a package isn't installed.
    """
    if not job.ok or not job.nets:
        return None
    state = None
    if weights is not None:
        report = fitted(job, weights)
        if report is None:
            return None
        state = report.fitted.state
    try:
        with room_for(job.nets[0], job.diagnostics):
            return made(job, format, state)
    except CompileError as error:
        for item in error.diagnostics:
            job.diagnostics.add(item)
    except NotExported as error:
        net = job.nets[0]
        job.diagnostics.error(
            codes.NOT_EXPORTED, f"{net.name} can't be exported as {format}: {error}", None
        )
    return None


def made(job: Job, format: str, state: dict[str, Any] | None) -> bytes:
    """As `export`, from a state_dict of arrays; raises NotExported, CompileError."""
    from archdsl.driver.api import Net

    net = Net(replace(job, diagnostics=Diagnostics()))
    about = f"{MARKER} {__version__} from {job.request.file_name}, {net.name}"
    try:
        if FORMATS[format] == "torch":
            from archdsl.export.onnx import to_onnx

            return to_onnx(_torch(net, state), net.graph, about)
        from archdsl.export.tflite import to_tflite

        _need_tensorflow()
        return to_tflite(_keras(net, state), net.graph, about)
    except MissingFramework:
        raise
    except ImportError as error:
        extra = _EXTRAS[format]
        raise MissingFramework(
            f'{error.name} is not installed: pip install "archdsl[{extra}]"', name=error.name
        ) from None


def _torch(net: Any, state: dict[str, Any] | None) -> Any:
    model = net.torch()
    if state is not None:
        import torch

        tensors = {name: torch.tensor(array) for name, array in state.items()}
        kept = model.state_dict()  # a file may leave out side heads, and counts of batches
        model.load_state_dict(kept | tensors, strict=True)
    return model


def _keras(net: Any, state: dict[str, Any] | None) -> Any:
    model = net.keras()
    if state is not None:
        from archdsl.targets.keras.weights import keras_weights, set_weights

        set_weights(model, keras_weights(net.graph, state, heads=False))
    return model


def _need_tensorflow() -> None:
    """TFLite's converter takes TensorFlow's functions: another backend's models are none."""
    import os
    import sys

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what TensorFlow tells of the processor
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow  # noqa: F401

    if keras.backend.backend() != "tensorflow":
        raise MissingFramework(
            f"TFLite is made from Keras on TensorFlow, and Keras is on {keras.backend.backend()}: "
            "set KERAS_BACKEND=tensorflow",
            name="keras",
        )
