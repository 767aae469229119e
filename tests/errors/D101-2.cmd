diagram vgg --net VGG16 --block Bottleneck -o x.svg
