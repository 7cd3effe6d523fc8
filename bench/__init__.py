"""What the system costs, measured against a bare Flask page in the same run: `make bench`."""
