train recipes/lenet_digits LeNetDigit
