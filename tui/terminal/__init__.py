"""How the picture reaches the terminal: only the cells that changed, in as few bytes as possible."""

from tui.terminal.celldiff import CellDiffApp

__all__ = ["CellDiffApp"]
