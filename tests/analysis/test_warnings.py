"""What is warned of, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli
from archdsl.diagnostics import Severity
from archdsl.driver import Request, run

SPECS = Path(__file__).resolve().parents[2] / "specs"


def warnings(text: str, **request: object) -> list[str]:
    done = run(Request("net.arch", text=text, wants_nets=False, **request))  # type: ignore[arg-type]
    assert all(item.severity is Severity.WARNING for item in done.diagnostics)
    return [f"{item.code} {item.span.line if item.span else 0}" for item in done.diagnostics]


def net(body: str) -> str:
    return f"net N {{ input 8x8x4\n{body}\n}}"


@pytest.mark.parametrize("spec", sorted(path.stem for path in SPECS.glob("*.arch")))
def test_shipped_specs_have_none(spec: str) -> None:
    assert list(run(Request(spec)).diagnostics) == []


@pytest.mark.parametrize(
    "text",
    [
        # a block passed on as a value: others in its place may use the parameter
        "block B(c, s = 1) { conv(c, 3x3) }\nnet M(F) { input 8x8x4 F(4) }\nnet N = M(B)",
        "block A(c, n = 1) { conv(c, 3x3) }\nnet M(F) { input 8x8x4 F(4) }\nnet N = M(A(n=2))",
        # `_` says that it is meant
        "block B(c, _k = 3) { conv(c, 3x3) }\nnet N { input 8x8x4 B(4) }",
        net("let _n = 4\nrelu"),
        "let _n = 3\nblock _B { relu }\nnet N { input 8x8x4 relu }",
        # for others to import
        'let n = 3\nblock B { relu }\nop Mish { torch = "a.B" shape = in params = 0 macs = 0 }',
        "## Of use elsewhere.\nblock B { relu }\nnet N { input 8x8x4 relu }",
        'import Basic from "std/resnet.arch"',
        # every way to use a name
        net("let n = 2\nrepeat n as i { x{i}: relu }"),
        net("let n = 2\nlet m = n\nrelu :: 8x8x{m * 2}"),
        net("let n = 2\nstage{n}: relu"),
        net("let n = 37\nconv(1, 3x3) expect params == n"),
        net("let ns = [1, 2]\nfor n in ns { conv(n, 1x1) }"),
        net("let act = relu\nact"),
        "block B { relu }\nnet N { input 8x8x4 let all = [B] for b in all { b } }",
        "block B { relu }\nlet part = B\nnet N { input 8x8x4 part }",
        "let n = 2\nblock B(c = n) { conv(c, 3x3) }\nnet N { input 8x8x4 B }",
        "let n = 2\nnet M(c) { input 8x8x4 conv(c, 3x3) }\nnet N = M(n)",
        "let rate = 1e-3\ndefaults { bn(eps=rate) }\nnet N { input 8x8x4 bn }",
    ],
)
def test_nothing_is_unused(text: str) -> None:
    assert warnings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (net("if in.c > 3 {\nlet n = 4\nrelu }"), ["W102 3"]),
        # each of two that have the same name in bodies side by side
        (net("repeat 2 {\nlet n = 4\nrelu }\nrepeat 2 { let n = 4 conv(n, 3x3) }"), ["W102 3"]),
        ("seq S { relu }\nnet N { input 8x8x4 relu }", ["W103 1"]),
        ('op O { torch = "a.B" shape = in params = 0 macs = 0 }\n' + net("relu"), ["W103 1"]),
        ('import Basic as B, Plain from "std/resnet.arch"\n' + net("Plain(4)"), ["W104 1"]),
        ("net N(a = 1,\nb = 2) { input 8x8x4 conv(a, 3x3) }", ["W101 2"]),
    ],
)
def test_unused(text: str, expected: list[str]) -> None:
    assert warnings(text) == expected


@pytest.mark.parametrize(
    "body",
    [
        "conv(4, 3x3, bias=true)",  # says that it is meant
        "maxpool(2x2, /2)",  # the kernel is the default, whatever it is
        "let g = 1\nconv(4, 3x3, groups=g)",
        "conv(4, 3x3, groups=2 // 2)",
        "defaults { conv(groups=2) }\nconv(4, 3x3, groups=1)",
    ],
)
def test_nothing_is_repeated(body: str) -> None:
    assert warnings(net(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "conv(4, 3x3, /1)",
        "conv(4, 3x3, groups=1)",
        "conv(4, 3x3, pad=same)",
        "leaky_relu(slope=0.01)",
        "bn(eps=1e-5)",
        "upsample(2, mode=nearest)",
        "let c = conv(4, groups=1)\nc(3x3)",
    ],
)
def test_repeated(body: str) -> None:
    assert warnings(net(body)) == ["W201 2"]


@pytest.mark.parametrize(
    "body",
    [
        "conv(4, 3x3, bias=false) -> bn",
        "conv(4, 3x3, bias=true) -> bn",
        "defaults { conv(bias=true) }\nconv(4, 3x3) -> bn",
        "defaults { conv(bias=false) }\nconv(4, 3x3) -> bn",
        "conv(4, 3x3) -> relu -> bn",
        "x: conv(4, 3x3) -> bn -> add(@x)",  # used elsewhere too
        "conv(4, 3x3) -> groupnorm(2)",
        "bn -> conv(4, 3x3)",
    ],
)
def test_a_bias_that_is_meant_or_needed(body: str) -> None:
    assert warnings(net(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "conv(4, 3x3) -> bn",
        "conv(4, 3x3)\nbn",
        "depthwise(3x3) -> bn",
        "{ conv(4, 3x3) } -> bn",
        "repeat 2 { conv(4, 3x3) -> bn }",
        "residual { conv(4, 3x3) -> bn }",
        "concat { | conv(4, 3x3) -> bn | skip }",
        "gate { conv(4, 3x3) -> bn }",
        "if true { conv(4, 3x3) -> bn }",
    ],
)
def test_a_bias_before_a_batch_norm(body: str) -> None:
    assert warnings(net(body)) == ["W202 2"]


def test_a_bias_that_one_of_the_nets_needs() -> None:
    both = "block B(norm) { conv(4, 3x3) -> norm }\nnet N(norm) { input 8x8x4 B(norm) }\n"
    assert warnings(both + "net M = N(bn)") == ["W202 1"]
    assert warnings(both + "net M = N(bn)\nnet K = N(none)") == []


def test_a_part_of_a_file_is_not_judged() -> None:
    assert warnings(net("conv(4, 3x3) -> bn"), nets=("N",)) == []


def test_errors_hide_warnings() -> None:
    done = run(Request("net.arch", text=net("let n = 4\nconv(m, 3x3)")))
    assert [item.code for item in done.diagnostics] == ["E201"]


def test_warnings_are_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text(net("let n = 4\nconv(4, 3x3)"), encoding="utf-8")
    for args in (["check"], ["compile", "--target", "torch"], ["cost"]):
        result = CliRunner().invoke(cli, [*args, "net.arch"])
        assert result.exit_code == 0
        assert "net.arch:2:5: warning[W102]: `n` is never used" in result.stderr
    assert (
        "class N(nn.Module)"
        in CliRunner().invoke(cli, ["compile", "--target", "torch", "net.arch"]).stdout
    )
