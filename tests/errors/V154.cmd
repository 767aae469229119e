weights check lenet --net LeNet5 --set classes=7 lenet.safetensors
