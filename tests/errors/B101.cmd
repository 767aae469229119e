fit mobilenet --net MobileNetV1 --max-macs 100M
