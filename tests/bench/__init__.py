"""What does it cost? Measurements from outside, run by hand: `python -m tests.bench terminal`."""
