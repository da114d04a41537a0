"""What does each sign of the screen mean?"""
