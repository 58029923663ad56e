"""Drafting: what an editor does to the plain tree of a set, and what is wrong with it.

- `outline`: the nodes in order, each with the key that names it in an address
- `tree_edits`: add, change, move, remove, re-number; every edit gives a new tree and leaves the old one as it was
- `limits`: how big a draft may grow
- `findings`: everything that is wrong, in words; `step_checks`: gaps, overlaps and what nobody can reach
"""
