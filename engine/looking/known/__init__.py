"""What is known by now of what the user looks at?"""
