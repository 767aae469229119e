fit mobilenet --net MobileNetV1 --free width=[0.5,1.0] --input 96x96x3 --emit small.arch
