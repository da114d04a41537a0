"""The view of the runs that branch off each other, two of them side by side."""
