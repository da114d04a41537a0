"""What do people write instead? `mistakes` is the table, `rewrites` what its rows are made with."""
