"""Indicators: one module a family (``leg.py``, ``san.py`` …), one small function an indicator.

The function's docstring is the indicator's page. Its id, names, severity, parameters, legal references and innocent
explanations stand in ``screening/catalogue/indicators.yaml``, once.
"""
