"""The annual survey and the fiches actions: the workbook that PLIE fill in, how it is read, checked and loaded.

The form itself (sheets, columns, sections) stands in `ingestion/contract/survey_v1.json` and nowhere else.
"""
