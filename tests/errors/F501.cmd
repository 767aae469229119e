check resnt.arch
