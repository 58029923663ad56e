"""The result of a round: submitted to the head, approved and frozen, published, corrected.

- `models`: Submission, Result, Ranking, Correction, Publication
- `freezing`: the whole round scored anew from its facts, as the frozen copy keeps it
- `verifying`: the frozen copy checked without the database (`chiso verify`)
- `method`: how the index was computed, in sentences
- `actions`: submit, return, approve, publish, correct
- `exports`: the facts file and the result file, so that anyone can compute the same
"""
