compile R302.arch --net Digits --target keras -o digits
