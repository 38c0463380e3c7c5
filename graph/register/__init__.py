"""A whole register as arrays: millions of organisations and their links on one core.

``graph.network`` is right for one dossier; here nothing is an object, everything is a column.
"""
