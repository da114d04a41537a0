"""Watched numbers: beside the reasons, and in a view of their own."""
