weights check lenet --net LeNet5 diverged.safetensors
