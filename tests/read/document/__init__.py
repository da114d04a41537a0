"""Tests of `engine.read`: from the bytes of a file to a checked scenario."""
