"""What do equations apply to numbers: how is one such function written, and which are there?

`formula` is how one is written, `activations` and `losses` are the tables of them, and `rows` has those that
couple the units of a layer. `floats` makes functions of formulas; `reach` asks one which values it has.
"""
