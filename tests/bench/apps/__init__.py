"""The programs that the measurements compare with."""
