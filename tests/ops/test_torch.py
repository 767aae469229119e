"""Every op in PyTorch: what is inferred and counted is what the module has and does."""

from __future__ import annotations

import pytest

from archdsl.ir.attributes import attributes_of
from archdsl.ir.op import Op
from archdsl.ops import OPS
from tests.ops.build import TEMPLATES, apply, make
from tests.ops.cases import CASES, JOINS, STRUCTURAL, Case

torch = pytest.importorskip("torch")

LOWERED = [c for c in CASES if c.keyword not in STRUCTURAL]


def module_of(c: Case):
    op = c.op
    lowering = op.torch(c.inputs, op.infer(c.inputs))
    assert lowering is not None
    return lowering.module and make(lowering.module, "torch")


def values(c: Case, batch: int = 2):
    gen = torch.Generator().manual_seed(0)
    return [torch.randn(batch, *s.channels_first, generator=gen) for s in c.inputs]


def test_cases_have_every_op():
    assert {c.keyword for c in CASES} == set(OPS)


@pytest.mark.parametrize("c", LOWERED, ids=str)
def test_shapes_weights_and_macs(c):
    from torch.utils.flop_counter import FlopCounterMode

    op = c.op
    output = op.infer(c.inputs)
    lowering = op.torch(c.inputs, output)
    (x,) = values(c)
    if lowering.parameter is not None:
        _, shape = lowering.parameter
        assert [(w.name, w.shape) for w in op.weights(c.inputs)] == [("", shape)]
        assert (x * torch.zeros(shape)).shape[1:] == output.channels_first
        return
    module = make(lowering.module, "torch").eval()
    with FlopCounterMode(display=False) as counter:
        y = module(x[:1])
    assert tuple(y.shape[1:]) == output.channels_first
    assert op.macs(c.inputs, output) == counter.get_total_flops() / 2
    state = {n: (tuple(t.shape), str(t.dtype)) for n, t in module.state_dict().items()}
    declared = {w.name: (w.shape, f"torch.{w.dtype}") for w in op.weights(c.inputs)}
    assert list(state.items()) == list(declared.items())
    trainable = {n for n, _ in module.named_parameters()}
    assert trainable == {w.name for w in op.weights(c.inputs) if w.trainable}
    if lowering.inline is not None:
        assert torch.equal(apply(lowering.inline, "torch", x), module(x))


KEEPING = [c for c in LOWERED if c.op.torch(c.inputs, c.op.infer(c.inputs)).module is not None]


@pytest.mark.parametrize("c", KEEPING, ids=str)
def test_what_is_kept_for_the_backward_pass(c):
    """By autograd's own hooks; `is_view` by where the output lies."""
    batch, op = 3, c.op
    output = op.infer(c.inputs)
    module = module_of(c).train()
    (x,) = (value.requires_grad_() for value in values(c, batch))
    pieces = {}
    pack = lambda t: pieces.setdefault(t.untyped_storage().data_ptr(), t)  # noqa: E731
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        y = module(x)
    places = {t.untyped_storage().data_ptr() for t in [*module.parameters(), *module.buffers()]}
    found = {at: t for at, t in pieces.items() if at not in places}
    saved = op.saved(c.inputs, output)
    assert (found.pop(x.untyped_storage().data_ptr(), None) is not None) == bool(saved.inputs)
    view = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    assert view == op.is_view(training=True)
    assert (found.pop(y.untyped_storage().data_ptr(), None) is not None) == saved.output
    sizes = {torch.float32: 0, torch.int64: 0}
    for t in found.values():
        sizes[t.dtype] += t.untyped_storage().nbytes() // t.element_size()
    assert sizes[torch.int64] == batch * saved.indices
    assert sizes[torch.float32] == batch * saved.elements + saved.once
    x = x.detach()
    y = module.eval()(x)
    view = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    assert view == op.is_view(training=False)


@pytest.mark.parametrize("c", CASES, ids=str)
def test_resolving_again_changes_nothing(c):
    op = c.op
    assert op.resolve(c.inputs) == op
    assert op.flops(c.inputs, op.infer(c.inputs)) >= 2 * op.macs(c.inputs, op.infer(c.inputs))


@pytest.mark.parametrize("c", [c for c in CASES if c.keyword in JOINS], ids=str)
def test_joins(c):
    xs = values(c)
    if c.keyword == "concat":
        whole = torch.cat(xs, 1)
    else:
        whole = xs[0] + xs[1] if c.keyword == "add" else xs[0] * xs[1]
    assert tuple(whole.shape[1:]) == c.op.infer(c.inputs).channels_first


@pytest.mark.parametrize("keyword", sorted(set(OPS) - STRUCTURAL))
def test_every_op_has_a_lowering(keyword):
    assert OPS[keyword].torch is not Op.torch


@pytest.mark.parametrize("keyword", sorted(OPS))
def test_every_op_is_documented(keyword):
    cls = OPS[keyword]
    assert cls.__doc__
    assert set(cls.positional) <= set(cls.attributes())
    assert all(known.description for known in attributes_of(cls).values())
    names = list(cls.attributes())
    assert "init" not in names or names[-1] == "init"


def helper_cases() -> list[Case]:
    """One case for each class that isn't torch's own."""
    found: dict[str, Case] = {}
    for c in LOWERED:
        lowering = c.op.torch(c.inputs, c.op.infer(c.inputs))
        for call in (lowering.module, lowering.inline):
            if call is not None and call.helper is not None:
                found.setdefault(call.helper, c)
    return list(found.values())


def test_every_helper_is_used():
    used = set()
    for c in helper_cases():
        used.add(c.op.torch(c.inputs, c.op.infer(c.inputs)).module.helper)
    files = (TEMPLATES / "torch" / "helpers").glob("*.py")
    assert used == {p.stem for p in files if "(nn." in p.read_text()}  # others are functions


@pytest.mark.parametrize(
    "c", [*helper_cases(), *(c for c in LOWERED if c.keyword == "channel_shuffle")], ids=str
)
def test_helpers_compile_and_export(c):
    module = module_of(c)
    (x,) = values(c)
    torch._dynamo.reset()
    for training in (False, True):
        module.train(training)
        torch.manual_seed(1)
        expected = module(x)
        torch.manual_seed(1)
        got = torch.compile(module, fullgraph=True, backend="aot_eager")(x)
        torch.testing.assert_close(got, expected)
    module.eval()
    batch = torch.export.Dim("batch", min=2)
    exported = torch.export.export(module, (x,), dynamic_shapes=({0: batch},)).module()
    more = torch.cat([x, x, x])
    torch.testing.assert_close(exported(more), module(more))


def test_helpers_pickle_and_print():
    for c in helper_cases():
        assert repr(module_of(c))


def test_drop_path_drops_whole_samples():
    c = next(c for c in CASES if c.keyword == "drop_path")
    module = module_of(c).train()
    torch.manual_seed(0)
    x = torch.ones(2000, 3, 2, 2)
    y = module(x)
    kept = y.flatten(1).amax(1)
    assert torch.equal(y, kept.view(-1, 1, 1, 1).expand_as(y))
    assert set(kept.tolist()) <= {0.0, 1.25}
    assert abs((kept == 0).float().mean() - 0.2) < 0.03
    assert torch.equal(module.eval()(x), x)
