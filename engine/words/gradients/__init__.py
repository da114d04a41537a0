"""What is said of gradients: what has been gathered, and what they cost?"""
