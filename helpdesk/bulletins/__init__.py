"""Bulletins (通报): drafted from the figures, reviewed, frozen at issuing, acknowledged, and reproducible ever after."""
