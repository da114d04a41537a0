"""What is seen of numbers that are wrong, beside the mistakes that make them?"""
