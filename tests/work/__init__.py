"""How much work is done, and how long is waited for it?"""
