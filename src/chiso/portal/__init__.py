"""What anyone may read without signing in: published results, with their decision, figures and method.

- `pages`: what the pages read; `open_data`: the same as CSV and JSON
- Nothing unpublished is reachable from here: every view starts from a Publication.
"""
