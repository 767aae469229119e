export lenet --net LeNet5 --weights weights.bin -o lenet5.onnx
