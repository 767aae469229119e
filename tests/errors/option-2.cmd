check --output-format jsn lenet
