"""What are the numbers of one iteration by any equations, right ones or mistaken ones?"""
