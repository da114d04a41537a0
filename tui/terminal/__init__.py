"""How the picture reaches the terminal: only the cells that changed, in as few bytes as possible."""
