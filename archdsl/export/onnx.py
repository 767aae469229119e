"""ONNX: the PyTorch model, traced by torch.export, for a batch of any size."""

from __future__ import annotations

import warnings
from typing import Any

from archdsl.export import NotExported
from archdsl.export.compare import drawn, require_equal
from archdsl.export.names import names
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
                input_names=names(graph.inputs, "input"),
                output_names=names(graph.outputs, "output"),
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
    called = [one.name for one in session.get_inputs()]
    for size in (1, 3):
        given = drawn(graph, size, channels_last=False)
        with torch.no_grad():
            wanted = _listed(model(*(torch.from_numpy(x) for x in given)))
        found = session.run(None, dict(zip(called, given, strict=True)))
        require_equal("onnxruntime", found, [value.numpy() for value in wanted])
    return content


def _listed(made: Any) -> list[Any]:
    return list(made) if isinstance(made, tuple) else [made]
