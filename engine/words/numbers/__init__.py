"""What is said of where a number comes from?"""
