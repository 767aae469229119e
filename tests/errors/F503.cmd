check F503.arch
