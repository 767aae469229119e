"""archdsl from Python: `load`, `loads`, and what they give."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.diagnostics import Diagnostics
from archdsl.driver.choice import net_names
from archdsl.driver.errors import CompileError
from archdsl.driver.pipeline import STAGES, Job, elaborate, expect, step
from archdsl.driver.project import Project
from archdsl.driver.request import Request
from archdsl.limits import Limits, changed, now

if TYPE_CHECKING:
    from archdsl.analysis.cost import CostReport
    from archdsl.diagram import Drawing
    from archdsl.driver.fit_api import Fitted
    from archdsl.driver.recipe_api import Recipe
    from archdsl.ir import structure
    from archdsl.ir.graph import Graph
    from archdsl.verify import Comparison

_BEFORE_NETS = ("read", "parse", "load", "check")


def load(
    path: str | os.PathLike[str],
    *,
    root: str | os.PathLike[str] | None = None,
    limits: Mapping[str, int] | None = None,
) -> Spec:
    """The spec in a file, or a shipped one by its bare name, such as "resnet".

    root:   the folder that imports don't leave
    limits: what it may cost, where not the defaults: {"nodes": 1_000_000}
    """
    place = Path(root) if root is not None else None
    return _spec(Request(file=os.fspath(path), root=place, limits=_limits(limits)))


def loads(text: str, *, name: str = "<string>", limits: Mapping[str, int] | None = None) -> Spec:
    """The spec in a text; its imports are looked for from the current folder."""
    return _spec(Request(file=name, text=text, limits=_limits(limits)))


def _limits(values: Mapping[str, int] | None) -> Limits:
    return now() if values is None else changed(values)


def _spec(request: Request) -> Spec:
    job = Job(request, Project(request.root))
    for name, stage in STAGES:
        if name in _BEFORE_NETS and (job.source is not None or name == "read"):
            step(stage, job)
    _raise(job.diagnostics)
    return Spec(job)


def _raise(diagnostics: Diagnostics) -> None:
    if diagnostics.failed:
        diagnostics.sort()
        raise CompileError(diagnostics)


def _source(job: Job, target: str) -> str:
    from archdsl.driver.emit import emit

    text = emit(job, target)
    if text is None:
        raise CompileError(job.diagnostics)
    return text


class Spec:
    """A file of nets: `spec.net("ResNet50", classes=10)`."""

    def __init__(self, job: Job) -> None:
        self._job = job

    @property
    def nets(self) -> tuple[str, ...]:
        """Names of the nets, in the file's order."""
        return tuple(net_names(self._job))

    def net(
        self,
        name: str | None = None,
        /,
        *,
        input: str | Iterable[str] = (),
        **settings: object,
    ) -> Net:
        """A net, elaborated; `name` may be left out where the file has one only.

        input:    another shape, "64x64x3", or several as "left=64x64x3"
        settings: parameters; a string is an expression of the language: "relu6", "3x3"
        """
        request = Request(
            file=self._job.request.file,
            nets=(name,) if name is not None else (),
            values=settings,
            inputs=(input,) if isinstance(input, str) else tuple(input),
            limits=self._job.request.limits,
        )
        job = Job(
            request,
            self._job.project,
            source=self._job.source,
            file=self._job.file,
            program=self._job.program,
        )
        step(elaborate, job)
        _raise(job.diagnostics)
        if len(job.nets) != 1:
            raise ValueError(f"the file has several nets, name one: {', '.join(self.nets)}")
        step(expect, job)
        _raise(job.diagnostics)
        return Net(job)

    def fit(
        self,
        name: str | None = None,
        /,
        *,
        free: Mapping[str, str | None] | Iterable[str] = (),
        phi: str | None = None,
        constraint: str | Iterable[str] = (),
        grow: str = "macs",
        device: str | None = None,
        batch: int = 1,
        dtype: str = "float32",
        optimizer: str = "adam",
        **limits: int | str,
    ) -> Fitted:
        """The largest net that a budget has room for, as `archdsl fit` finds it.

        free:   parameters that vary apart, {"width": "0.25..1:0.25", "res": None}; without them
                the net's scaling is followed, along `phi`, "-4..8:0.1"
        limits: max_macs="1G", max_params, max_memory="64MB", max_training_memory, max_size, and
                with a device max_latency="20ms"

        Raises CompileError where nothing fits.
        """
        from archdsl.driver.fit_api import fit

        old = self._job.request
        names = () if name is None else (name,)
        asked = Request(file=old.file, text=old.text, root=old.root, nets=names, limits=old.limits)
        return fit(
            replace(self._job, request=asked),
            lambda found: self.net(name, **found),
            free=free,
            phi=phi,
            constraint=constraint,
            grow=grow,
            device=device,
            batch=batch,
            dtype=dtype,
            optimizer=optimizer,
            limits=limits,
        )

    @property
    def recipes(self) -> tuple[str, ...]:
        """Names of the recipes, in the file's order."""
        from archdsl.driver.recipes import names

        return tuple(names(self._job))

    def recipe(self, name: str | None = None, /) -> Recipe:
        """A recipe, checked; `name` may be left out where the file has one only."""
        from archdsl.driver.recipe_api import Recipe
        from archdsl.driver.recipes import check, one

        if name is None:
            if len(self.recipes) != 1:
                listed = ", ".join(self.recipes) or "none"
                raise ValueError(f"the file has not one recipe, name one: {listed}")
            (name,) = self.recipes
        old = self._job.request
        job = replace(
            self._job,
            request=Request(file=old.file, recipes=(name,), limits=old.limits),
            diagnostics=Diagnostics(),
            nets=[],
            recipes=[],
        )
        step(check, job)
        one(job, name)
        _raise(job.diagnostics)
        return Recipe(job)

    def source(self, target: str) -> str:
        """One module's text with all nets that stand alone, for "torch", "keras" or "jax"."""
        job = Job(
            Request(file=self._job.request.file, limits=self._job.request.limits),
            self._job.project,
            source=self._job.source,
            file=self._job.file,
            program=self._job.program,
        )
        step(elaborate, job)
        _raise(job.diagnostics)
        return _source(job, target)

    def __repr__(self) -> str:
        return f"<archdsl.Spec {self._job.request.file}: {', '.join(self.nets)}>"


class Net:
    """An elaborated net: its graph, its costs, its picture, its models."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._net = job.nets[0]

    @property
    def name(self) -> str:
        return self._net.name

    @property
    def doc(self) -> str | None:
        return self._net.doc

    @property
    def graph(self) -> Graph:
        return self._net.graph

    @property
    def structure(self) -> structure.Net:
        """The graph with the tree of blocks that it came from."""
        return self._net

    def cost(self, batch: int = 1, dtype: str = "float32", device: str | None = None) -> CostReport:
        """Parameters, multiply-accumulates, memory: by layer and in all.

        batch, dtype: what memory is counted for: "float32", "float16", "bfloat16", "float64"
        device: a shipped profile's name or a file of one: latencies are estimated for it
        """
        from archdsl.analysis.cost import cost
        from archdsl.analysis.memory import check_batch

        check_batch(batch, dtype)
        if device is None:
            return cost(self._net, batch, dtype)
        from archdsl.devices.roofline import latencies
        from archdsl.driver.devices import device_named

        found = Diagnostics()
        known = device_named(device, found, dtype)
        _raise(found)
        assert known is not None
        taken = latencies(self._net.graph, known, batch, dtype)
        return cost(self._net, batch, dtype, known.name, taken)

    def diagram(
        self,
        depth: int | None = None,
        *,
        style: str = "graph",
        open: str | Iterable[str] = (),
        block: str | None = None,
        cost: str | None = None,
        theme: str = "light",
    ) -> Diagram:
        """Its picture.

        depth: how many levels of blocks are opened; open: paths of others that are, too
        style: "graph", "volumes" or "table"
        block: this block by itself, in terms of its parameters
        cost:  shade by "params", "macs" or "memory"
        theme: "light" or "dark"
        """
        from archdsl.diagram import Drawing

        opened = (open,) if isinstance(open, str) else tuple(open)
        return Diagram(self._net, Drawing(style, depth, opened, block, cost, theme))

    def source(self, target: str) -> str:
        """The text of its module for "torch", "keras" or "jax"."""
        from archdsl.driver.emit import emit

        job = self._job
        found = replace(job, diagnostics=Diagnostics())
        text = emit(found, target)
        if text is None:
            raise CompileError(found.diagnostics)
        return text

    def torch(self, **arguments: Any) -> Any:
        """A new `torch.nn.Module`; arguments go to its class."""
        return self.maker("torch")(**arguments)

    def keras(self, **arguments: Any) -> Any:
        """A new `keras.Model`; arguments go to the function that makes it."""
        return self.maker("keras")(**arguments)

    def jax(self, **arguments: Any) -> Any:
        """A new `flax.nnx.Module`; arguments go to its class, `rngs` is made where not given."""
        make = self.maker("jax")
        from flax import nnx

        return make(**({"rngs": nnx.Rngs(0)} | arguments))

    def maker(self, target: str) -> Callable[..., Any]:
        """The net's class or function, of the module that is generated for the target."""
        from archdsl.driver.runtime import NEEDS, module_of
        from archdsl.targets.outline.names import safe

        NEEDS[target]()
        module = module_of(self.source(target), self.name, target)
        made: Callable[..., Any] = getattr(module, safe(self.name))
        return made

    def verify(self, target: str = "keras", *, seed: int = 0, batch: int = 2) -> Comparison:
        """PyTorch's numbers beside another target's, with the same weights, random ones."""
        from archdsl.verify import compare

        makers = {name: self.maker(name) for name in ("torch", target)}
        return compare(self._net, target, makers, seed=seed, batch=batch)

    def __repr__(self) -> str:
        from archdsl.analysis.report import flow

        return f"<archdsl.Net {self.name}: {flow(self.cost())}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """The picture and the table for a notebook; what fails is left out."""
        bundle = {"text/plain": f"<archdsl.Net {self._net.name}>"}
        try:
            from archdsl.analysis.report import markdown, table

            report = self.cost()
            bundle["text/plain"] = table(report, 2)
            svg = self.diagram()._repr_svg_()
            # A notebook shows one form of a value: both parts as one page, the table in its words.
            if svg is not None:
                bundle["text/html"] = f"{svg}\n<pre>{_html(table(report, 2))}</pre>"
                bundle["image/svg+xml"] = svg
            else:
                bundle["text/markdown"] = markdown(report, 2)
        except Exception:  # a notebook's cell must not fail for how its value is shown
            return bundle
        return bundle


def _html(text: str) -> str:
    import html

    return html.escape(text)


class Diagram:
    """A net's picture: `dot` text, bytes in a format, a file."""

    def __init__(self, net: structure.Net, drawing: Drawing) -> None:
        self._net = net
        self._drawing = drawing

    @property
    def dot(self) -> str:
        return self.draw("dot").decode()

    def draw(self, format: str = "svg") -> bytes:
        """The picture as svg, png, pdf, html or dot; raises CompileError where nothing can draw.

        A table is svg, md or tex, and volumes are svg.
        """
        from archdsl.driver.pictures import picture

        diagnostics = Diagnostics()
        made = picture(self._net, format, self._drawing, diagnostics)
        if made is None:
            raise CompileError(diagnostics)
        return made[0]

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Writes the picture; the path's suffix is its format."""
        from archdsl.driver.writing import save

        file = Path(path)
        diagnostics = Diagnostics()
        save(file, self.draw(file.suffix.lower().removeprefix(".")), diagnostics, force=force)
        _raise(diagnostics)

    def _repr_svg_(self) -> str | None:
        try:
            return self.draw("svg").decode()
        except Exception:  # shown otherwise, or not at all
            return None
