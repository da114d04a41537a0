"""The panes of the stepping screen: each widget answers one question."""
