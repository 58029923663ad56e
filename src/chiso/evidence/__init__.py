"""Stored documents (tài liệu kiểm chứng): what was received, from whom, byte for byte.

- `models`: Document
- `storing`: check an upload by its content and keep it
- `serving`: hand a document back safely

Which leaf a document proves is a citation, and citations live in `assessments`: so do the pages.
"""
