"""The same app in curses: what a terminal program must cost."""

from __future__ import annotations

import curses


def main(screen: curses.window) -> None:
    """Show how many keys were pressed."""
    count = 0
    curses.curs_set(0)
    while True:
        screen.addstr(0, 0, f"step {count}  value {count * 0.12345:.4f}   ")
        screen.refresh()
        key = screen.getch()
        if key == ord("q"):
            return
        if key in (ord("n"), ord("p")):
            count += 1 if key == ord("n") else -1


if __name__ == "__main__":
    curses.wrapper(main)
