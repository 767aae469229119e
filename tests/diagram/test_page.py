"""The page in a real browser: it opens, folds, tells and moves, and logs no error."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import archdsl
from archdsl.diagram import Drawing, render
from archdsl.ir import structure as st
from tests.diagram import nets
from tests.diagram.build import Net

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def missing(what: str) -> None:
    """In CI nobody would see that nothing was tested."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing("no chromium on the path: `make browser` installs it")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("no playwright: pip install archdsl[test]")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=path,
            args=FLAGS,
            viewport={"width": 1200, "height": 800},
        )
        yield context
        context.close()


class Opened:
    """A page that is open, what it logged, and what it asked the network for."""

    def __init__(self, browser: Any, text: bytes, folder: Path) -> None:
        file = folder / "net.html"
        file.write_bytes(text)
        self.page = browser.new_page()
        self.problems: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.problems.append(m.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("g.box")

    def paths(self, *, open: bool | None = None) -> list[str]:
        rule = "" if open is None else f'[data-open="{str(open).lower()}"]'
        found: list[str] = self.page.eval_on_selector_all(
            f"g.box{rule}", "found => found.map(g => g.dataset.path)"
        )
        return found

    def click(self, path: str) -> None:
        self.page.locator(f'g.box[data-path="{path}"] > text').first.click()

    def scale(self) -> float:
        found = self.page.eval_on_selector("svg > g", "g => g.getAttribute('transform')")
        return float(re.search(r"scale\((.*)\)", found)[1])  # type: ignore[index]


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    made: list[Opened] = []

    def one(net: st.Net, **drawing: Any) -> Opened:
        text, how = render(net, Drawing(**drawing), "html")
        assert how == "archdsl"
        made.append(Opened(browser, text, tmp_path))
        return made[-1]

    yield one
    for page in made:
        assert page.problems == []
        assert all(url.startswith("file:") for url in page.asked)
        assert len(page.asked) == 1
        page.page.close()


def resnet() -> st.Net:
    return archdsl.load("resnet").net("ResNet50").structure


def test_folds_by_click(opened: Any) -> None:
    page = opened(resnet(), depth=0)
    assert page.paths(open=True) == []
    assert "layer1" in page.paths()
    assert "layer1.0" not in page.paths()
    page.click("layer1")
    assert page.paths(open=True) == ["layer1"]
    page.click("layer1.0")
    assert page.paths(open=True) == ["layer1", "layer1.0"]
    assert "layer1.0.conv2" in page.paths()
    assert page.page.locator("path.skip").count() == 0  # the first has a projection
    page.click("layer1.1")
    assert page.page.locator("path.skip").count() == 1
    page.click("layer1")  # its bar
    assert page.paths(open=True) == []


def test_opens_and_closes_by_level_and_by_key(opened: Any) -> None:
    page = opened(resnet(), depth=0)
    page.page.click("#more")
    assert page.paths(open=True) == [f"layer{n}" for n in range(1, 5)]
    page.page.click("#more")
    assert "layer4.0.conv3" in page.paths()
    page.page.click("#less")
    page.page.click("#less")
    assert page.paths(open=True) == []
    page.page.focus('g.box[data-path="layer2"]')
    page.page.keyboard.press("Enter")
    assert page.paths(open=True) == ["layer2"]


def test_tells_on_hover(opened: Any) -> None:
    page = opened(resnet(), depth=0)
    page.page.locator('g.box[data-path="layer1"] > text').first.hover()
    told = page.page.inner_text("#tip")
    net = archdsl.load("resnet").net("ResNet50")
    place = next(n.span for n in net.graph if n.path.startswith("layer1"))
    assert f"{place.source.name}:{place.line}" in told
    assert "56×56×64 → 56×56×256" in told
    assert "216 k parameters" in told  # torchvision's layer1 has 215,808
    page.page.mouse.move(5, 795)
    assert not page.page.is_visible("#tip")


def test_zooms_moves_and_fits(opened: Any) -> None:
    page = opened(resnet())
    before = page.scale()
    page.page.mouse.move(600, 400)
    page.page.mouse.wheel(0, -400)
    page.page.wait_for_function(
        f"document.querySelector('svg > g').getAttribute('transform').indexOf('scale({before})') < 0"
    )
    assert page.scale() > before
    box = page.page.locator("g.box").first
    start = box.bounding_box()
    page.page.mouse.move(30, 700)
    page.page.mouse.down()
    page.page.mouse.move(90, 720, steps=4)
    page.page.mouse.up()
    end = box.bounding_box()
    assert (round(end["x"] - start["x"]), round(end["y"] - start["y"])) == (60, 20)
    page.page.click("#fit")
    assert page.scale() == pytest.approx(before)


def test_colours(opened: Any) -> None:
    page = opened(resnet(), depth=0, cost="params")
    fill = "g => g.querySelector('rect').getAttribute('fill')"
    shaded = page.page.eval_on_selector('g.box[data-path="layer4"]', fill)
    assert shaded == "rgb(127,0,0)"  # most parameters: the last colour
    page.page.select_option("#colour", "kind")
    assert page.page.eval_on_selector('g.box[data-path="layer4"]', fill) == "#fcfcfd"
    page.page.click("#theme")
    assert page.page.eval_on_selector('g.box[data-path="layer4"]', fill) == "#10161e"


def overlaps(page: Any) -> list[tuple[str, str]]:
    """Boxes side by side that lie on each other."""
    return page.page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const found = [];
          for (const parent of [document.querySelector("svg > g"), ...document.querySelectorAll("g.box")]) {
            const boxes = [...parent.children].filter(c => c.matches("g.box"));
            const rects = boxes.map(b => b.querySelector("rect").getBoundingClientRect());
            for (let i = 0; i < boxes.length; i++) for (let j = 0; j < i; j++) {
              const [a, b] = [rects[i], rects[j]];
              if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                found.push([boxes[i].dataset.path, boxes[j].dataset.path]);
            }
          }
          return found;
        }"""
    )


@pytest.mark.parametrize("name", nets.ALL)
def test_no_box_lies_on_another(opened: Any, name: str) -> None:
    page = opened(nets.ALL[name](), depth=9)
    assert overlaps(page) == []


@pytest.mark.parametrize(
    ("spec", "name"), [("googlenet", "GoogLeNet"), ("efficientnet", "EfficientNetB0")]
)
def test_no_box_lies_on_another_in_shipped_nets(opened: Any, spec: str, name: str) -> None:
    net = archdsl.load(spec).net(name).structure
    page = opened(net, depth=9)
    assert overlaps(page) == []
    leaves = {path for path in page.paths(open=False) if path not in ("input", "output")}
    assert len(leaves) > 20


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u2028 --> ]]>"


def test_words_stay_words(opened: Any) -> None:
    page = opened(nets.hostile(HOSTILE), depth=9)
    assert page.page.locator("img").count() == 0
    assert page.page.locator("script").count() == 2
    assert "<img src=x onerror=alert(2)>" in page.page.inner_text("h1")


def long(layers: int) -> st.Net:
    n = Net("Long", 8, 8, 3)
    for i in range(layers):
        n.conv(8 + i % 50)
    return n.done()


def test_five_thousand_layers_are_folded(opened: Any) -> None:
    page = opened(long(5000))
    assert 10 < len(page.paths()) < 200
    page.page.locator("g.folds").first.click()
    assert len(page.paths(open=True)) == 1


# ------------------------------------------------------------------- without a browser


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.linked: list[str] = []
        self.data = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.linked += [found[key] or "" for key in ("src", "href") if key in found]
        self.inside = found.get("id") == "net"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.data += data if self.inside else ""


def held(net: st.Net, **drawing: Any) -> dict[str, Any]:
    """What the page knows."""
    tags = _Tags()
    tags.feed(render(net, Drawing(**drawing), "html")[0].decode())
    assert tags.linked == []
    found: dict[str, Any] = json.loads(tags.data)
    return found


def leaves(boxes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for box in boxes:
        if "children" in box:
            yield from leaves(box["children"])
        else:
            yield box


@pytest.mark.parametrize("text", [HOSTILE, "plain", "a\\b\"c'd"])
def test_the_page_holds_its_net_as_data(text: str) -> None:
    assert held(nets.hostile(text))["name"] == " ".join(text.split())


@pytest.mark.parametrize("name", ["ResNet50", "ResNet18"])
def test_costs_add_up(name: str) -> None:
    net = archdsl.load("resnet").net(name)
    totals = net.cost().totals
    found = [box for box in leaves(held(net.structure)["boxes"]) if box["kind"] != "end"]
    # A box in a folded block stands for all of its twins.
    assert sum(box["costs"][0] for box in found) == totals.params
    assert sum(box["costs"][1] for box in found) == totals.macs
    assert all(re.fullmatch(r"std/resnet\.arch:\d+", box["place"]) for box in found)


def test_a_block_alone() -> None:
    data = held(resnet(), block="Bottleneck")
    texts = [text for box in leaves(data["boxes"]) for _, text in box["lines"]]
    assert "conv 1×1, 4c" in texts


def test_the_same_bytes() -> None:
    first, second = (render(resnet(), Drawing(), "html")[0] for _ in range(2))
    assert first == second
    assert b"http://" not in first.replace(b"http://www.w3.org/", b"")
