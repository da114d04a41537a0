"""Worked examples from the literature: what was published, and what is true (golden.json)."""
