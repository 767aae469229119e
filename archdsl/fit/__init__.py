"""Fitting a net to a budget: what candidates cost, exactly and fast, and the search over them.

A candidate is a net's parameters. Its cost is that of the elaborated graph, to the last byte, but
what is the same as in another candidate isn't computed again.
"""

OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many numbers an optimizer keeps for each parameter."""
