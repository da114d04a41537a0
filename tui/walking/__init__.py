"""How does the user walk through a run: by key, by itself, and on into a run in another order?"""
