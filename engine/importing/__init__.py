"""How does a network that somebody else has made become a scenario?"""
