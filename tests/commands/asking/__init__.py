"""Are questions asked on a terminal, and answers checked while they are typed?"""
