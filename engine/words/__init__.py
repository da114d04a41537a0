"""Every sentence about a fact, in the field's words.

But for that which an equation is told with: it is a part of the equation (`engine.facts.explain.sentence`).
"""
