"""How does a command line become the app, lines of text, or an error, and always an exit code?"""
