"""Reconciliation: a column of names set against the mirrored register and the lists, as OpenRefine asks for it.

Follows the Reconciliation Service API 0.2 of the W3C Entity Reconciliation Community Group. ``vocabulary`` holds types
and properties, ``queries`` reads what is asked, ``answers`` scores candidates. Pure: candidates and hits are given.
"""
