"""On the path of scripts under test: lets them import torchvision beside any build of torch."""

import importlib.metadata
import importlib.util
import sys
from pathlib import Path


class _Finder:
    """Defines the operators that torchvision's CUDA build misses, right before its import."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name != "torchvision":
            return
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        import torch

        if torch.version.cuda or "+cpu" in importlib.metadata.version("torchvision"):
            return
        file = Path(__file__).parents[1] / "torchvision_shim.py"
        spec = importlib.util.spec_from_file_location("torchvision_shim", file)
        assert spec is not None
        assert spec.loader is not None
        shim = importlib.util.module_from_spec(spec)
        sys.modules["torchvision_shim"] = shim  # it keeps the operators alive
        spec.loader.exec_module(shim)
        shim.define_operators()


sys.meta_path.insert(0, _Finder())  # type: ignore[arg-type]
