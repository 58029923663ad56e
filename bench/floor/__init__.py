"""The floor: bare Django views that do the same jobs on the same rows, with nothing around them."""
