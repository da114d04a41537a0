"""What do the samples of a scenario stand for, and what is to be written where they can't?"""
