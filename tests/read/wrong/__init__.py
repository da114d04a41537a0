"""What does the reader say of files that are wrong, spoilt or made to hurt?"""
