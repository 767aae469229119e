cost resnet --net ResNet50 --set classes
