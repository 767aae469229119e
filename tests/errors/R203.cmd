train recipes/lenet_digits LeNetDigits --target keras
