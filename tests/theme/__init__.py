"""Can every style be read, in our themes and in those of others?"""
