"""How does one number come out of the equations that somebody's program has, right ones or not?

`engine.diagnosis.worked.entry` answers it for the number that differs most.
"""
