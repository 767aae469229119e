cost lenet --input big
