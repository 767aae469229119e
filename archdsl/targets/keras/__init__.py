"""Keras 3, by its functional interface: a function for each block and for each net."""
