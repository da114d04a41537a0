"""How does a scenario file come about: from a few answers, or from a run?"""
