fit alexnet --net AlexNet --free classes --input 16x16x3
