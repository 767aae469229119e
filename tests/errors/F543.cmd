diagram lenet --net LeNet5 -o lenet.svg
