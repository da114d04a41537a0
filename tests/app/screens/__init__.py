"""Do the lists, the lines to type in and the palette do what their keys say?"""
