"""TFLite: the Keras model on TensorFlow, for one sample at a time, as devices run it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

from archdsl.export import NotExported
from archdsl.export.compare import drawn, require_equal
from archdsl.ir.graph import Graph


def to_tflite(model: Any, graph: Graph, about: str) -> bytes:
    """The file's bytes. model: a keras.Model of the net; about: a line that says who made it.

    Maps are height x width x channels, as Keras has them. Raises NotExported, and ImportError
    where TensorFlow isn't installed.
    """
    import tensorflow as tf

    def once(*inputs: Any) -> Any:
        return model(list(inputs) if len(inputs) > 1 else inputs[0], training=False)

    try:
        # By way of a SavedModel: of a traced function the converter loses the weights, silently.
        with tempfile.TemporaryDirectory() as folder, _quiet():
            model.export(folder, verbose=False)
            content: bytes = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    except Exception as error:  # the converter's errors have no common kind
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise NotExported(f"TensorFlow's converter can't convert it: {first}") from error
    # Flatbuffers are read from their beginning: what follows the last byte is for people.
    content += f"\n{about}\n".encode()
    given = drawn(graph, 1, channels_last=True)
    wanted = [value.numpy() for value in _listed(once(*given))]
    require_equal("the TFLite interpreter", _run(tf, content, given, wanted), wanted)
    return content


def _run(tf: Any, content: bytes, given: list[Any], wanted: list[Any]) -> list[Any]:
    """The interpreter's outputs, in the order of the model's: it may have its own."""
    with _quiet():
        interpreter = tf.lite.Interpreter(model_content=content)
        interpreter.allocate_tensors()
    inputs = sorted(interpreter.get_input_details(), key=lambda one: str(one["name"]))
    for one, value in zip(inputs, given, strict=True):
        interpreter.set_tensor(one["index"], value)
    interpreter.invoke()
    found = interpreter.get_output_details()
    if len(wanted) > 1:
        found = sorted(found, key=lambda one: str(one["name"]))
    return [interpreter.get_tensor(one["index"]) for one in found]


def _listed(made: Any) -> list[Any]:
    return list(made) if isinstance(made, list | tuple) else [made]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The converter writes past Python, to the process's own standard error."""
    with tempfile.TemporaryFile() as nowhere, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
