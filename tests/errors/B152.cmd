cost lenet --device phone --dtype bfloat16
