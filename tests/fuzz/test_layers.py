"""Random nets of all ops: the shapes that were inferred, and equal numbers in both frameworks."""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archdsl
from archdsl.targets import target
from archdsl.targets.gaps import STRUCTURAL, at_fault
from tests.fuzz.layers import Layers, too_small_for_torch
from tests.support.golden import Golden

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def compare_in_both(text: str) -> bool:
    """Whether the net is one that both can make; that then they agree."""
    from archdsl.verify import compare

    try:
        net = archdsl.loads(text).net()
        makers = {name: net.maker(name) for name in ("torch", "keras")}
    except archdsl.CompileError:
        return False
    try:
        found = compare(net.structure, "keras", makers, dtypes=("float64",))
    except RuntimeError as error:
        if not too_small_for_torch(error):
            raise
        return False
    assert found.ok, f"{text}{found.measured} {found.differs}"
    return True


@pytest.mark.parity
@pytest.mark.timeout(900)
@given(st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=25)
def test_equal(random: Random) -> None:
    pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    compare_in_both(Layers(random).text)
    keras.backend.clear_session()


@pytest.mark.slow
@pytest.mark.parity
@pytest.mark.timeout(7200)
def test_many_are_equal() -> None:
    pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    compared = 0
    for seed in range(2000, 2600):
        compared += compare_in_both(Layers(Random(seed)).text)
        keras.backend.clear_session()
    assert compared > 250


def test_what_keras_lacks_is_counted(golden: Golden) -> None:
    """Of 600 nets: how often something is done by other means, or refused by its name."""
    lower = target("keras").lower
    counts: Counter[str] = Counter()
    for seed in range(600):
        try:
            net = archdsl.loads(Layers(Random(seed)).text).net()
        except archdsl.CompileError:
            counts["nets that the language refuses"] += 1
            continue
        counts["nets"] += 1
        refused = False
        for node in net.graph:
            if node.op.keyword in STRUCTURAL:
                continue
            made = lower(net.graph, node)
            if made is None:
                refused = True
                guilty = " and ".join(at_fault(net.graph, node, lower)) or "its axes"
                counts[f"refused: {node.op.keyword} with {guilty}"] += 1
            elif isinstance(made, tuple) and any(call.helper for call in made):
                (helper,) = {call.target for call in made if call.helper}
                counts[f"by other means: {node.op.keyword} as {helper}"] += 1
        counts["nets that Keras can't have"] += refused
        if refused:
            with pytest.raises(archdsl.CompileError, match="E601"):
                net.source("keras")
    assert counts["nets"] > 250
    golden("fuzz/keras.txt", "".join(f"{n:5}  {name}\n" for name, n in sorted(counts.items())))
