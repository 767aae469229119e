"""Weights in files: read, renamed, fitted to a net, written, between PyTorch and Keras.

The one form inside is PyTorch's: arrays by the net's own names, channels first. No framework is
imported here but where a file's format is one's own.
"""
