"""Leaving (离任交接): what is of somebody's turn, and how it gets into other hands before his account closes."""
