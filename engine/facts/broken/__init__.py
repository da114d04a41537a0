"""How does a run go on when an update has not waited, what is false then, and what harm is done?"""
