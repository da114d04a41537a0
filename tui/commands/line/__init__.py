"""Which words does the command line take?"""
