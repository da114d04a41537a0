"""Tests; they mirror the modules. What they are given is in `given`, what holds of everything at the top."""
