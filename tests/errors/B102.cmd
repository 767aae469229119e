fit mobilenet --net MobileNetV1 --free widht
