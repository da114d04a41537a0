"""Where does a command, a name or a number lead?"""
