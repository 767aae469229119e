weights show lenet.ckpt
