"""Come back: what a user has made of a scenario and where he looks, kept in a file."""
