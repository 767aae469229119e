check --outptu-format json lenet
