"""How is an iteration written out as a program that a student reads and runs?"""
