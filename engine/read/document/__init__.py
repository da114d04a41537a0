"""How do the bytes of a scenario file become a document of the right shape, each fault with its place?"""
