"""The app from the keyboard: what a user presses and what the screen then says."""
