"""TFLite: the Keras model on TensorFlow, for one sample at a time, as devices run it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from archdsl.export import NotExported
from archdsl.export.compare import drawn, require_equal
from archdsl.export.names import names
from archdsl.ir.graph import Graph


def to_tflite(model: Any, graph: Graph, about: str) -> bytes:
    """The file's bytes. model: a keras.Model of the net; about: a line that says who made it.

    Maps are height x width x channels, as Keras has them. The file's one signature calls
    inputs and outputs by their labels. Raises NotExported, and ImportError where TensorFlow isn't
    installed.
    """
    import tensorflow as tf

    def once(*inputs: Any) -> list[Any]:
        return _listed(model(list(inputs) if len(inputs) > 1 else inputs[0], training=False))

    given_names, made_names = names(graph.inputs, "input"), names(graph.outputs, "output")
    try:
        # By way of a SavedModel: of a traced function the converter loses the weights, silently.
        with tempfile.TemporaryDirectory() as folder, _quiet():
            _save(model, once, given_names, made_names, folder)
            content: bytes = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    except Exception as error:  # the converter's errors have no common kind
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise NotExported(f"TensorFlow's converter can't convert it: {first}") from error
    # Flatbuffers are read from their beginning: what follows the last byte is for people.
    content += f"\n{about}\n".encode()
    given = drawn(graph, 1, channels_last=True)
    wanted = [value.numpy() for value in once(*given)]
    with _quiet():
        run = tf.lite.Interpreter(model_content=content).get_signature_runner()
        found = run(**dict(zip(given_names, given, strict=True)))
    require_equal("the TFLite interpreter", [found[name] for name in made_names], wanted)
    return content


def _save(
    model: Any,
    once: Callable[..., list[Any]],
    given: Sequence[str],
    made: Sequence[str],
    folder: str,
) -> None:
    """A SavedModel whose inputs and outputs are called so: Keras has its own names for them."""
    import tensorflow as tf
    from keras.export import ExportArchive

    archive = ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve",  # which the converter calls serving_default
        lambda *inputs: dict(zip(made, once(*inputs), strict=True)),
        [
            tf.TensorSpec(value.shape, value.dtype, name)
            for name, value in zip(given, model.inputs, strict=True)
        ],
    )
    archive.write_out(folder, verbose=False)


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
