"""How is the program under test started without importing it all each time?"""
