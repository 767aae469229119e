cost lenet --set clases=3
