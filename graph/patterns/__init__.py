"""Patterns in a network, one module each: pure functions of a ``Network`` that return what was found, on which facts.

A pattern only *describes*; whether it matters, and how much, is for the indicators in ``screening``.
"""
