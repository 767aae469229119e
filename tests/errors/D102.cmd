diagram resnet --net ResNet50 --depth 0 --open stage1 -o x.svg
