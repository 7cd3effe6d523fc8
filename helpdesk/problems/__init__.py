"""The heart: problems, their clocks, their timeline, and the one way in which they change."""
