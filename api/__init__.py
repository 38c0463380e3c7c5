"""Who may ask: HTTP routers, sign-in and the command line.

Invariant: no rules here; routers are thin.
"""
