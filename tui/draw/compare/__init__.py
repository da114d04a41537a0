"""What if it had been done otherwise? Two runs of an iteration side by side."""
