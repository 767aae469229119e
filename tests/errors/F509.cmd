check F509.arch --limit errors=2
