weights convert lenet --net LeNet5 lenet.safetensors -o lenet.h5
