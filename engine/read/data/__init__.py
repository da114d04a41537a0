"""How do files of data become samples that fit the network?"""
