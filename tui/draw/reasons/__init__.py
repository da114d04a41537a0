"""What is said about a step: the note, where its numbers come from, what still waits, what harm is done."""
