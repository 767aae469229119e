"""What all code-emitting targets share: which classes come out, with which parameters."""
