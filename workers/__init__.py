"""When it happens: RQ queues and jobs.

Invariant: PostgreSQL holds the truth of what is to be done; RQ only carries it out, so any process may die.
"""
