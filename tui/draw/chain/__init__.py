"""Which factors make a gradient, along one path and over all, and what is used again?"""
