"""Stored documents (tài liệu kiểm chứng): what was received, from whom, byte for byte, and what it says of itself.

- `models`: Document, Upload; `receiving`: files over a bad line; `storing`: check an upload by its content, keep it
- `reading`, `reader`: what a machine reads in it, in a process of its own; `tasks`: the rest, in the background
- `advice`: what to look at again, each with its reason; `describing`: number, date, issuer, title
- `actions`, `policy`: describe, remove, release; `unfit`: why a file is not taken; `erasing`: the bytes go too
- `serving`, `previews`: hand a document back safely, whole or in parts
- `losing`, `checking`: bytes that are gone or altered; who is told, and `chiso check-files`

Which leaf a document proves is a citation, and citations live in `assessments`: so do the pages.
"""
