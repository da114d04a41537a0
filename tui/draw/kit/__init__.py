"""What is every picture made of? Rows, numbers, bars, dots: nothing here knows a trace."""
