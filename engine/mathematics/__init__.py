"""What are the functions of a network: activations, losses, and what both make of the last layer?"""
