fit mobilenet --net MobileNetV1 --free width --constraint "width * res"
