"""Which scenarios come with the program? Listed once, for all the tests that go through them."""

from engine.catalog import shipped

SHIPPED = shipped()
NAMES = tuple(entry.name for entry in SHIPPED)
