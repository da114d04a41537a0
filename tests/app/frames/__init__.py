"""Is the whole screen right: the first, at every size and in every theme?"""
