"""Do differences of cells leave the screen that they should?"""
