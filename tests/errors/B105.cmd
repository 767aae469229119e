fit mobilenet --net MobileNetV1 --free width --max-params 100k
