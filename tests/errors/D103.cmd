diagram D103.arch --style volumes -o x.svg
