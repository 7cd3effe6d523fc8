"""Closing with a clear conscience: what waits for 销号, who must be called back, and samples of what was closed."""
