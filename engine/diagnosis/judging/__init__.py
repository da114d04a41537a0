"""Does somebody's array agree with an iteration, as exactly as its numbers are, and what is wrong first?"""
