"""What is watched: a number now, and how it went over the iterations."""
