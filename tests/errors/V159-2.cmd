weights show lenet.safetensors
