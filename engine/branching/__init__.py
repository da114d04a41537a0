"""What if? A run goes on from the start of an iteration with something else than it had."""
