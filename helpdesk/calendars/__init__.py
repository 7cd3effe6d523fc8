"""The declared calendar: the State Council's notices day by day, local closures, working hours."""
