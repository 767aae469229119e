weights check lenet --net LeNet5 more.safetensors
