"""A whole district with real problems to try the system on: `flask demo load`, `logins`, `bulk`."""
