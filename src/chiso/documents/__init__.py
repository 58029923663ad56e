"""Official documents: one module per document, built from plain values on a Word template.

Every document shares the NĐ 30/2020/NĐ-CP frame (header, signature, recipients, annexes) of `nd30`;
its layout lives in `templates_docx/nd30.docx`, which an official may edit in Word and put in another folder.
A builder takes a frozen dataclass and returns the bytes of a .docx: it never reads the database or the clock.
"""
