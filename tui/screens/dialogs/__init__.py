"""What is asked for, chosen or read in front of a screen?"""
