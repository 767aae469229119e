"""Nets compared on one of Keras's backends, which is chosen once for a process.

python -m tests.verify.worker BACKEND DTYPES NET...: a line of JSON for each; NET is spec:Name,
form:name or random:seed, DTYPES float32,float64 or one of them, with `outputs`: no gradients. A random net that is refused, by the language or by the target, gives no line.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from random import Random


def main(backend: str, dtypes: str, names: list[str]) -> None:
    os.environ["KERAS_BACKEND"] = backend
    # Compiling is nearly all that JAX does here: as little of it as can be.
    os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
    # In float64 XLA makes a dense kernel of each depthwise one: of EfficientNet-B7's, gigabytes each.
    # Its usual schedule has them all at once, the sequential one by one.
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_enable_concurrency_optimized_scheduler=false")
    import archdsl
    from archdsl.verify import compare
    from tests.fuzz.layers import Layers, too_small_for_torch
    from tests.targets.forms import FORMS
    from tests.targets.keras_forms import KERAS_FORMS
    from tests.verify.nets import small

    for name in names:
        begun = time.monotonic()
        kind, _, word = name.partition(":")
        try:
            if kind == "random":
                net = archdsl.loads(Layers(Random(int(word))).text).net()
            elif kind == "form":
                net = archdsl.loads((FORMS | KERAS_FORMS)[word]).net()
            else:
                net = small(kind, word)
            makers = {target: net.maker(target) for target in ("torch", "keras")}
        except archdsl.CompileError:
            if kind != "random":
                raise
            continue
        try:
            kinds = [word for word in dtypes.split(",") if word != "outputs"]
            steps = "outputs" not in dtypes
            found = compare(net.structure, "keras", makers, dtypes=kinds, gradients=steps)
        except RuntimeError as error:
            if kind != "random" or not too_small_for_torch(error):
                raise
            continue
        finally:
            _forget(backend)
        said = {
            "net": name,
            "ok": found.ok,
            "about": found.about[1],
            "differences": {f"{m.what}, {m.dtype}": m.difference for m in found.measured},
            "differs": found.differs.path if found.differs else None,
            "seconds": round(time.monotonic() - begun, 1),
        }
        print(json.dumps(said), flush=True)


def _forget(backend: str) -> None:
    """What has been made and compiled stays otherwise, gigabytes after some deep nets."""
    import keras

    keras.backend.clear_session()
    if backend == "jax":
        import jax

        jax.clear_caches()
    gc.collect()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
