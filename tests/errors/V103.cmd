verify V103.arch
