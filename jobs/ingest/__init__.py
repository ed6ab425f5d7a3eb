"""Landing to raw rows: a delivery is checked as a file, then every form becomes the same numbered lines of text.

A reader yields Arrow batches of ``(file, source_row, raw, defect)``: ``source_row`` is the row number a person
sees in an
editor or a spreadsheet, ``raw`` the row as delivered (a CSV line or a JSON object), ``defect`` the R code of a row
that is
no record at all. Anything wrong with a file raises RejectedError with its F code and one sentence.
"""
