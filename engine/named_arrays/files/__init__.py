"""What arrays does a file of somebody's numbers hold? `numbersfile` asks the reader of its format."""
