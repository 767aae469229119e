compile recipes/lenet_digits -t torch
