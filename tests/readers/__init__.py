"""What does an equation amount to, read as it is printed?"""
