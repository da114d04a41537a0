"""Which networks, breaks and orders are tests given? Shipped, at random, or made for one question."""
