weights check lenet --net LeNet5 unreal.safetensors
