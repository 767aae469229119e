"""One class for each block: what targets share whose models are classes with children."""
