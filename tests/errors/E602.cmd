compile E602.arch --target keras
