"""What if an update had not waited? Two update orders, held against each other."""
