"""What does a class cost its host? Logins, steps, a slow link and a lesson, through a real ssh server."""
