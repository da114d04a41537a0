"""Are the user's own numbers drawn beside ours, in every view?"""
