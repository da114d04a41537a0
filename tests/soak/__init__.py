"""Does the app stand whatever is pressed, and show what it would if it drew everything anew?"""
