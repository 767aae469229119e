cost recipes/lenet_digits --net LeNetDigits
