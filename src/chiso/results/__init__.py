"""The result of a round: submitted to the head, approved and frozen, published.

- `models`: Submission, Result, Ranking, Publication
- `freezing`: the whole round scored anew from its facts, as the frozen copy keeps it
- `actions`: submit, return, approve, publish
- `exports`: the facts file and the result file, so that anyone can compute the same
"""
