"""Which mistakes are made along a sequence, at one of its times or between two?"""
