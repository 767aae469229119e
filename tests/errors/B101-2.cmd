fit googlenet --net GoogLeNetPaper
