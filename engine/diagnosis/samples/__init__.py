"""Of which samples are somebody's numbers, if not of those of the batch?"""
