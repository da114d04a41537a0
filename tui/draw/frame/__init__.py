"""What stands around every view: the status, the steps of the iteration, the keys."""
