"""Figures: one function each, counted from marks and clocks, each with the way to the very rows behind it."""
