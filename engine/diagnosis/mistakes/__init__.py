"""Which mistakes can be made, in which places, and what do the equations become with them?"""
