cost lenet --net AlexNet
