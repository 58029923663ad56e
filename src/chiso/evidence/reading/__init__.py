"""What a document says of itself, read by machine: advice, never a score. No Django and no database here.

A file from outside is opened only in a process of its own (`child`), which `evidence.reader` starts, limits and kills.
`result` is what comes back (`Reading`). `opening` looks at the kind and asks `pdf`, `office_xml`, `office_ole` or
`images`; from the lines they find, `letterhead` proposes number, date, issuer and title, and `secrecy` looks for the
mark of a state secret. `signatures` verifies digital signatures against the trusted roots of the installation.
"""

from chiso.evidence.reading.result import VERSION, Finding, FindingCode, Reading, Refusal, Secret, Signature, Trust

__all__ = ["VERSION", "Finding", "FindingCode", "Reading", "Refusal", "Secret", "Signature", "Trust"]
