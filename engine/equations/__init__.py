"""What does a network compute, and how is the way back derived from the way forward?

A network is a short table of equations; everything else that the project says of it is derived from them.
`equation` has the type, `functions` what equations apply to a number or to a row of them, `forward` the
equations of a network's way forward, `back` how the way back is derived from them, `updates` what changes the
parameters (`optimizers` has the table), `mistakes` what people write instead, `table` the whole of it for a
network, `links` which deltas a delta is made of, and `counting` what it takes.
"""
