"""A net with its weights as one file for a runtime: ONNX from PyTorch, TFLite from Keras.

Each file is checked before anybody gets it: its outputs beside those of the model it was made of.
"""

from __future__ import annotations

FORMATS = {"onnx": "torch", "tflite": "keras"}  # -> the target whose model is exported
BOUND = 1e-5
"""The largest difference of outputs that passes, as a share of the largest output."""


class NotExported(Exception):
    """Why there is no file: a converter's own words, or numbers that differ."""
