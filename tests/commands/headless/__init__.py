"""What does each headless command print?"""
