"""The typed graph of an elaborated net, and the tree of blocks that it came from."""
