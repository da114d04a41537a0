"""The engine's rooms beside the run itself: what is derived from it."""
