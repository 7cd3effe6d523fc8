"""Tests; their names are sentences about the system."""
