"""What is known by now, and what does this step touch? The network as a picture."""
