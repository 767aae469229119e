cost resnet --net ResNet5
