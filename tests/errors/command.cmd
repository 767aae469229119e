chekc lenet
