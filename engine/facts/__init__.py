"""What can be asked of a trace? Each answer is worked out when it is asked for; nothing here is kept."""
