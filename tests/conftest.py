"""How are the tests run? Without a time limit for one example: on a busy machine a slow one is no failure."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
