"""The drafting engine: a month of duties as plain data in, a roster with its bound and its reasons out. Knows no database.

`problem` holds the words. `solving.solve` drafts, `checking` judges a roster by the rules alone, `explaining` says which
rules clash when there is no roster and why a cell is as it is.
"""
