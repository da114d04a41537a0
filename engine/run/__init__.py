"""How is a run computed, kept small, and looked at step by step?"""
