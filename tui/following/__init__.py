"""Follow the leader: a teacher's cursor on the screens of a class, over a Unix domain socket."""
