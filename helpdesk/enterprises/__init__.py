"""The register of enterprises, and who is paired with them (包联)."""
