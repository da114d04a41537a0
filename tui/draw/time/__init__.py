"""What came from above, what from the future, and how does the error shrink or grow?"""
