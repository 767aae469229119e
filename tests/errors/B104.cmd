fit mobilenet --net MobileNetV1 --free width=0.1..2:0.0001,res=32..512:1
