"""Tests of the rule book: no application, no database, no wall clock."""
