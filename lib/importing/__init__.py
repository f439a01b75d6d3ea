"""Other people's files, turned into expenses.

A reader turns the bytes of a format into rows of text (`Table`) or, where the format says what is what, straight into
`Draft`s. Everything after that knows no format: what is wrong with a row (`drafts`), whether it is there already
(`duplicates`), what would happen (`checking`), and the run that does it, continues after a crash and can be taken back
(`lib/importing/imports.py`, whose `entries` is the one place where a further format comes in).

CSV says nothing about itself, so everything is guessed: the encoding (`encodings`), the separator and where the rows start
(`layout`), what each column holds (`sample`, `guessing`), and over the whole file how dates and amounts are written (`survey`).
Every guess is shown as one and can be changed.
"""
