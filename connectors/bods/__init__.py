"""Ownership that a supplier hands in, in the Beneficial Ownership Data Standard 0.4."""
