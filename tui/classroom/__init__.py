"""How is bp-tui given to a class over SSH, so that a login is this app and nothing else?"""
