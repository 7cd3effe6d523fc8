"""The supervision office: its day, its figures as pictures, and the wall of the leading group."""
