weights convert lenet --net LeNet5 lenet.pth -o copy.safetensors --no-check
