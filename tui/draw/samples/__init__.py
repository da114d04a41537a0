"""The view of all samples at an iteration."""
