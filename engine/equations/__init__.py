"""What does a network compute, and how is the way back derived from the way forward?

A network is a short table of equations; everything else that the project says of it is derived from them.
`equation` has the type, `formula` the functions of numbers that equations apply, `activations` and `losses`
the tables of those functions, `forward` the equations of a network's way forward, `transpose` the way back,
`updates` what changes the parameters, and `table` the whole of it for a network.
"""
