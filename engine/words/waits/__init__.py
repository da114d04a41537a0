"""Why must an update wait, and what is said of one that did not?"""
