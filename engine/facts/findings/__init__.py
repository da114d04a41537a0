"""What would a good colleague point at in a run? Facts alone; `engine.words.findings` tells of them."""
