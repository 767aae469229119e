check F505.arch
