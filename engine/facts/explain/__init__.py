"""Where does a number come from?

For every number that a step writes: the expression it equals, with the numbers that the step read
as leaves, and one plain sentence. The formulas are those that run (`engine.equations`), neuron by neuron.
`engine.facts.explain.latex` writes an explanation in LaTeX.
"""

from engine.facts.explain.number import explain

__all__ = ["explain"]
