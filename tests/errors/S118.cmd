check S118.arch --limit syntax_errors=2
