"""What connects: vocabulary, identity numbers, names, matching, network, ownership, patterns.

Invariant: everything here is pure. No I/O, no clock, no settings, no database.
"""
