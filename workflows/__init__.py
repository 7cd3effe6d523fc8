"""The rule book: the process as data, and pure readers of it; no Flask, no database, no wall clock."""
