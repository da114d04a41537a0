"""Which arrays has somebody saved, and which part of which layer is each, by its name?"""
