check files
