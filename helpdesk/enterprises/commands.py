"""Changes to the register: an enterprise is entered, a cadre is paired."""
