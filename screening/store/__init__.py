"""Everything that lasts: PostgreSQL, its embedded default, keys, tables and the repositories over them.

Nothing outside this package speaks SQL. A tenant's rows are reached only through ``Database.transaction``; row-level
security, not the callers' care, keeps tenants apart.
"""
