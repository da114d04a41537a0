"""The user's way through runs: moving, playing, waiting, and on into a run in another order."""
