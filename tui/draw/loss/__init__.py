"""How does the loss go, and where are we?"""
