weights check lenet --net LeNet5 lenet.safetensors --map files/wrong.map
