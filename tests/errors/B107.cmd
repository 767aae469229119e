fit mobilenet --net MobileNetV1 --free res --input 224x224x3
