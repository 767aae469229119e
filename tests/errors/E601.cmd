compile E601.arch --target keras
