compile lenet --target pytorch
