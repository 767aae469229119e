"""What the scripts of a recipe have in common, whatever framework they are for."""
