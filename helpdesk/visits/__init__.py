"""Visits to enterprises (走访): planned, recorded on the phone, corrected, and warned of where there are too few or too many."""
