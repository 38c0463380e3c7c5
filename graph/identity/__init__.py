"""Identity numbers: one module a number, each with ``compact``, ``validate``, ``is_valid`` and ``format``.

Invariant: no error, ``repr`` or log line of this package ever repeats the number it was given.
"""
