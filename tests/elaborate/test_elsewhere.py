"""Words of PyTorch and Keras get the language's own, and a nearer misspelling wins nothing."""

from __future__ import annotations

import pytest

import archdsl
from archdsl.driver.errors import CompileError
from archdsl.elaborate.elsewhere import _ARGUMENTS, _LAYERS
from archdsl.ops import OPS


def said(body: str) -> str:
    with pytest.raises(CompileError) as caught:
        archdsl.loads(f"net N {{ input 8x8x4 {body} }}").net()
    return "\n".join(item.help for item in caught.value.diagnostics)


def test_the_tables_name_ops_and_their_arguments() -> None:
    assert set(_LAYERS) <= set(OPS)
    assert set(_ARGUMENTS) <= {name for op in OPS.values() for name in op.attributes()}
    assert not {word for words in _LAYERS.values() for word in words} & set(OPS)


@pytest.mark.parametrize(
    ("body", "help"),
    [
        ("Conv2d(8, 3x3)", "did you mean `conv`?"),
        ("Dense(8)", "did you mean `linear`?"),
        ("BatchNorm2d", "did you mean `bn`?"),
        ("MaxPooling2D(2)", "did you mean `maxpool`?"),
        ("swish", "did you mean `silu`?"),
        ("conv(filters=8, k=3)", "did you mean `c`?"),
        ("maxpool(pool_size=2)", "did you mean `k`?"),
        ("conv(8, 3x3, activation=relu)", "`conv(..) -> relu`"),
        ("conv(8, 3x3, in_channels=4)", "never written"),
        ("relu expect params < 5 MB", "`5M`"),
        ("relu expect params < 5m", "did you mean `5M`?"),
        ("\u0441onv(8, 3x3)", "cyrillic small letter es"),
    ],
)
def test_help(body: str, help: str) -> None:
    assert help in said(body)
