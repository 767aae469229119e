check F504.arch
