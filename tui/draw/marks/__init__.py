"""Which numbers are known or touched at a step?"""
