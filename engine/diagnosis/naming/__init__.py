"""Which quantity is an array whose name alone doesn't tell, and what is said of those that nothing tells?

`engine.named_arrays.words` knows the names; here the shapes, and the other arrays, are looked at too.
"""
