"""How parties come in: a JSON list, a CSV or an Excel file becomes parties and a list of problems, row by row.

Pure: bytes and rows in, parties and problems out. A bad row is a problem with its place, what is wrong and what to do,
and never stops the others. No problem ever repeats a number that could be a personnummer.
"""
