"""How does a small scenario run as straight-line code on floats?"""
