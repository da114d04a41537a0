"""What would a good colleague point at in a run? Facts alone; `engine.words.runs.findings` tells of them."""
