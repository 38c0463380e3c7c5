"""How we learn: one folder a source, each with ``client.py``, ``reader.py`` and ``mapper.py``.

Invariant: a connector speaks to the outside and never touches the database.
"""
