"""ONNX: the PyTorch model, traced by torch.export, for a batch of any size."""

from __future__ import annotations

import warnings
from typing import Any

from archdsl.export import NotExported
from archdsl.export.compare import drawn, require_equal
from archdsl.ir.graph import Graph


def to_onnx(model: Any, graph: Graph, about: str) -> bytes:
    """The file's bytes. model: an nn.Module of the net; about: a line that says who made it.

    Raises NotExported, and ImportError where a package isn't installed.
    """
    import onnx
    import onnxruntime
    import onnxscript  # noqa: F401 (torch's exporter needs it, and would say so less plainly)
    import torch

    model.eval()
    example = tuple(torch.from_numpy(x) for x in drawn(graph, 2, channels_last=False))
    batch = torch.export.Dim("batch")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                model,
                example,
                dynamo=True,
                input_names=_names(graph.inputs, "input"),
                output_names=_names(graph.outputs, "output"),
                dynamic_shapes=tuple({0: batch} for _ in example),
                verbose=False,
            )
    except (torch.onnx.OnnxExporterError, RuntimeError) as error:
        raise NotExported(f"torch.onnx can't export it: {str(error).splitlines()[0]}") from error
    assert program is not None
    made = program.model_proto
    made.doc_string = about
    onnx.checker.check_model(made, full_check=True)
    content: bytes = made.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    for size in (1, 3):
        given = drawn(graph, size, channels_last=False)
        with torch.no_grad():
            wanted = _listed(model(*(torch.from_numpy(x) for x in given)))
        found = session.run(None, dict(zip(names, given, strict=True)))
        require_equal("onnxruntime", found, [value.numpy() for value in wanted])
    return content


def _names(values: tuple[tuple[str | None, int], ...], word: str) -> list[str]:
    """Labels; where there are none, the word, numbered where there are several."""
    numbered = [word] if len(values) == 1 else [f"{word}{i + 1}" for i in range(len(values))]
    return [label or name for (label, _), name in zip(values, numbered, strict=True)]


def _listed(made: Any) -> list[Any]:
    return list(made) if isinstance(made, tuple) else [made]
