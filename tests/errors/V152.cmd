weights check lenet --net LeNet5 part.safetensors
