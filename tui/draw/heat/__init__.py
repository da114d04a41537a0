"""Where in a large matrix are the large numbers?"""
