"""Which mistakes are made where parameters change?"""
