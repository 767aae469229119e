cost lenet --input 32x32\*3
