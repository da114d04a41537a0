"""Drawing as pure functions: from a trace, a cursor and a size to rows of styled text."""
