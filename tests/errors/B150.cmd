cost resnet --device telephon
