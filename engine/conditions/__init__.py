"""When does something hold in a run? Conditions over its numbers: their words, and the search for steps."""
