"""Bolagsverket's weekly file of all organisations: names, form, status, proceedings, activity, postal address."""
