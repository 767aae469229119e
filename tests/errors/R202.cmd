compile recipes/lenet_digits --net LeNetDigits -t torch
