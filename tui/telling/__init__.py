"""What is told of a run and of where somebody looks in it, for who makes the same run and looks there too."""
