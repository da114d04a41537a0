"""How does a table of equations become programs that run, in any order of steps?

`orders` has the orders, `lean` what training can leave out, `operations` turns equations into operations on
arrays and `numpy_code` these into source text; `float_code` writes straight-line code on floats, which is
quicker for small networks. `choice` says by a rule which of the two a scenario gets: training, tracing and
replaying run the same one, so that their numbers are the same bit for bit.
"""
