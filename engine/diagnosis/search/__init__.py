"""Which mistakes make exactly the numbers that somebody has?

A mistake is tried by working out the iteration with it, as far as the numbers that are held against it. It is
named only where it reproduces all that is wrong and contradicts nothing that is right.
"""
