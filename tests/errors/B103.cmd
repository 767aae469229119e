fit mobilenet --net MobileNetV1 --free width=2..0.5
