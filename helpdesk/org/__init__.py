"""Units, posts and people: who is who, who holds which role, and signing in."""
