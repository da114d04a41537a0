"""What is done while the keyboard is answered: in pieces, in a thread, and looked for through a run."""
