fit mobilenet --net MobileNet --free width,res
