"""What we conclude: case, dossier, policy, law, indicators, verdict, reports, storage.

Invariant: the engine, the indicators and the law are pure; only ``screening.store`` touches the database.
"""
