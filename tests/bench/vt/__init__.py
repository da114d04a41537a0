"""How does a program behave in a terminal, and what does the terminal then show?"""
