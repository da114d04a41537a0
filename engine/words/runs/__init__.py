"""What is said of a whole run: its losses, its samples, its branches, and what is found in it?"""
