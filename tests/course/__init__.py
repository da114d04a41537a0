"""Do the shipped scenarios show what they say, and is every number in their notes true?"""
