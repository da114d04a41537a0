"""What is a step called, and what it makes?"""
