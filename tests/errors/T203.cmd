verify lenet --net LeNet5 --set classes=1000000000
