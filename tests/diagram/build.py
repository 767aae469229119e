"""Nets by hand: a graph and its tree of forms, made without parser and elaborator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from archdsl.diagnostics import Source, Span
from archdsl.ir import structure as st
from archdsl.ir.graph import AuxOutput, Graph, Node
from archdsl.ir.op import Op, Shapes, Weight
from archdsl.ir.shape import Shape
from archdsl.syntax import tree

SPAN = Span(Source("net.arch", ""), 0, 0)


class Seen(Op):
    """An op that is only looked at."""

    c: int = 0
    k: int | tuple[int, ...] = 1
    stride: int | tuple[int, ...] = 1
    dilation: int | tuple[int, ...] = 1
    groups: int = 1
    p: float | None = None
    factor: int | None = None
    to: tuple[int, ...] | None = None

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        if self.keyword in ("conv", "linear"):
            kernel = self.k if isinstance(self.k, tuple) else (self.k,)
            return (Weight("weight", (self.c, inputs[0].channels // self.groups, *kernel)),)
        return ()

    def macs(self, inputs: Shapes, output: Shape) -> int:
        return sum(w.elements for w in self.weights(inputs)) * (output.elements // output.channels)


_OPS: dict[str, type[Seen]] = {}


def op(word: str, **attributes: Any) -> Seen:
    if word not in _OPS:
        shown = ("p",) if word == "dropout" else ()

        class Made(Seen):
            keyword: ClassVar[str] = word
            positional: ClassVar[tuple[str, ...]] = shown

        _OPS[word] = Made
    return _OPS[word](**attributes)


def use(name: str, places: int = 0) -> tree.Stage:
    """A use of the name, with so many arguments by place."""
    args = tuple(tree.Arg(None, tree.Number(0, "0", SPAN), False, SPAN) for _ in range(places))
    return tree.Stage(None, tree.Use(name, args, SPAN, SPAN), None, SPAN)


def parallel(kind: str) -> tree.Stage:
    return tree.Stage(None, tree.Parallel(kind, (), SPAN), None, SPAN)


class Net:
    """`with net.block("B", c=64):` and the like open a form; calls of ops add layers to it."""

    def __init__(self, name: str, *shape: int, file: str = "net.arch") -> None:
        self.name, self.file = name, file
        self.nodes: list[Node] = []
        self.items: list[Any] = []
        self.prefix: list[str] = []
        self.aux: list[AuxOutput] = []
        self.side = False
        self.now = self.node(op("input"), (), Shape(tuple(shape[:-1]), shape[-1]))
        self.outputs: list[tuple[str | None, int]] = []

    def node(self, made: Op, inputs: tuple[int, ...], shape: Shape) -> int:
        at = len(self.nodes)
        path = ".".join([*self.prefix, f"{made.keyword}{at}"])
        self.nodes.append(Node(at, path, made, inputs, shape, SPAN, aux=self.side))
        return at

    def shape(self) -> Shape:
        return self.nodes[self.now].shape

    def layer(self, made: Op, space: tuple[int, ...], channels: int) -> int:
        self.now = self.node(made, (self.now,), Shape(space, channels))
        self.items.append(st.Layer(use(made.keyword), made.keyword, self.now, made, {}))
        return self.now

    def down(self, stride: int, k: int, pad: bool) -> tuple[int, ...]:
        spare = 0 if pad else k - 1
        return tuple((n - spare + stride - 1) // stride for n in self.shape().spatial)

    def conv(self, c: int, k: int = 3, stride: int = 1, *, pad: bool = True, **more: Any) -> int:
        made = op("conv", c=c, k=(k, k), stride=(stride, stride), **more)
        return self.layer(made, self.down(stride, k, pad), c)

    def pool(self, word: str, k: int, stride: int | None = None) -> int:
        stride = stride or k
        made = op(word, k=(k, k), stride=(stride, stride))
        return self.layer(made, self.down(stride, k, True), self.shape().channels)

    def depthwise(self, k: int = 3, stride: int = 1) -> int:
        made = op("depthwise", k=(k, k), stride=(stride, stride))
        return self.layer(made, self.down(stride, k, True), self.shape().channels)

    def deconv(self, c: int) -> int:
        made = op("deconv", c=c, k=(2, 2), stride=(2, 2))
        return self.layer(made, tuple(2 * n for n in self.shape().spatial), c)

    def same(self, *words: str, **more: Any) -> int:
        for word in words:
            self.layer(op(word, **more), self.shape().spatial, self.shape().channels)
        return self.now

    def global_avgpool(self) -> int:
        return self.layer(op("global_avgpool"), (1, 1), self.shape().channels)

    def flatten(self) -> int:
        return self.layer(op("flatten"), (), self.shape().elements)

    def linear(self, c: int) -> int:
        return self.layer(op("linear", c=c), (), c)

    # ------------------------------------------------------------------------ forms

    @contextmanager
    def _inner(self, key: str | None = None) -> Iterator[list[Any]]:
        outer, self.items = self.items, []
        if key is not None:
            self.prefix.append(key)
        inner = self.items
        yield inner
        if key is not None:
            self.prefix.pop()
        self.items = outer

    @contextmanager
    def block(self, name: str, *values: object, **args: object) -> Iterator[None]:
        start, first = self.now, len(self.nodes)
        given = {f"p{i}": value for i, value in enumerate(values)} | args
        with self._inner(name.lower()) as items:
            yield
        made = self._instance(name, items, start, first, given)
        self.items.append(st.Call(use(name, len(values)), name, made))

    def _instance(
        self, name: str, items: list[Any], start: int, first: int, args: dict[str, object]
    ) -> st.Instance:
        body = tree.Body((), SPAN)
        block = tree.Block("block", name, (), body, None, SPAN, SPAN)
        known = {k: st.Known(v) for k, v in args.items()}
        last = len(self.nodes)
        return st.Instance(
            block, self.file, "", known, {}, start, self.now, first, last, tuple(items)
        )

    @contextmanager
    def group(self, key: str) -> Iterator[None]:
        start = self.now
        with self._inner(key) as items:
            yield
        self.items.append(st.Group(use("group"), key, "position", tuple(items), start, self.now))

    def repeat(self, count: int, body: Callable[[int], object]) -> None:
        rounds = []
        for i in range(count):
            start = self.now
            with self._inner(str(i)) as items:
                body(i)
            rounds.append(st.Round({}, tuple(items), start, self.now))
        self.items.append(st.Loop(use("repeat"), tuple(rounds)))

    def residual(
        self, body: Callable[[], object], shortcut: Callable[[], object] | None = None
    ) -> None:
        start = self.now
        with self._inner() as items:
            body()
        out, side = self.now, None
        if shortcut is not None:
            self.now = start
            with self._inner() as other:
                shortcut()
            side = tuple(other)
        inputs = (out, self.now if shortcut else start)
        self.now = self.node(op("add"), inputs, self.nodes[out].shape)
        self.items.append(
            st.Residual(use("r"), True, tuple(items), side, None, None, None, self.now, start, out)
        )

    def gate(self, body: Callable[[], object]) -> None:
        start = self.now
        with self._inner() as items:
            body()
        out = self.now
        self.now = self.node(op("mul"), (start, out), self.nodes[start].shape)
        self.items.append(st.Gate(use("gate"), tuple(items), self.now, start, out))

    def concat(self, *branches: Callable[[], object]) -> None:
        start, made, values = self.now, [], []
        for branch in branches:
            self.now = start
            with self._inner() as items:
                branch()
            made.append(st.Branch(tuple(items), self.now))
            values.append(self.now)
        self.now = self._concat(values)
        self.items.append(st.Merge(parallel("concat"), tuple(made), self.now, start))

    def _concat(self, values: list[int]) -> int:
        channels = sum(self.nodes[v].shape.channels for v in values)
        shape = Shape(self.nodes[values[0]].shape.spatial, channels)
        return self.node(op("concat"), tuple(values), shape)

    def join(self, value: int, label: str) -> None:
        values = (self.now, value)
        self.now = self._concat(list(values))
        self.items.append(st.Join(parallel("concat"), (label,), values, self.now))

    @contextmanager
    def head(self, label: str) -> Iterator[None]:
        start, self.side = self.now, True
        with self._inner(label) as items:
            yield
        self.side = False
        self.aux.append(AuxOutput(label, 0.3, self.now))
        self.items.append(st.Aux(use("aux"), label, st.Known(0.3), tuple(items), start, self.now))
        self.now = start

    def done(self) -> st.Net:
        root = self._instance(self.name, self.items, 0, 0, {})
        outputs = tuple(self.outputs) or ((None, self.now),)
        graph = Graph(tuple(self.nodes), ((None, 0),), outputs, tuple(self.aux))
        return st.Net(self.name, None, self.file, root.block, graph, root)
