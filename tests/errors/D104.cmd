diagram lenet --net LeNet5 --style table -o x.png
