train recipes/lenet_digits LeNetDigits --target jax
