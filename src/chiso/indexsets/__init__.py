"""Index sets (bộ chỉ số): their editions, the opinions given on them, and their issue by the head.

- `models`: IndexSet, Edition, Criterion, Consultation, Opinion
- `reading`: an edition's text as the scoring core's `IndexSet`, read once
- `actions`: import, consult, answer, issue
- `library/`: the sets that ship with the product
"""
