compile lenet --target torch -o nowhere/lenet.py
