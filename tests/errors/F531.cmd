compile lenet --target torch -o train.py
