"""What is done meanwhile, while the keyboard is answered."""
