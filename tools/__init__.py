"""Set-up and start scripts behind the Makefile; no part of the running system."""
