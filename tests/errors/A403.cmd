cost A403.arch --set classes=4 --depth 0
