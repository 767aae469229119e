cost F522-2.arch
