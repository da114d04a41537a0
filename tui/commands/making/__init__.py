"""How do commands make scenario files?"""
