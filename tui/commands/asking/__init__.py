"""How do commands ask for what they need, and check an answer while it is typed?"""
