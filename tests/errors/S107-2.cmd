cost lenet --set "classes=3 +"
