diagram resnet --net ResNet50 --block Basic -o x.svg
