cost E443.arch --input lft=16x16x4
