"""The municipality's own records, handed in to one case: what no register has.

One folder, five kinds of file, each a source of its own (``columns.py``), since each answers one question only: a case
with the terminated contracts on file still knows nothing of who pays the rent.
"""
