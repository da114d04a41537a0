"""How is the way back derived: by transposing each equation, and by pairs where a digit would be lost."""
