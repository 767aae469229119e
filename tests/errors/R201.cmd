compile recipes/lenet_digits --net LeNetDigits --set classes=5 -t torch -o lenet
