train lenet LeNet5
