"""How does a scenario run as operations on arrays of numpy?"""
