evaluate files
