"""Where a signed-in person starts: the next steps of each role (việc cần làm), and the frame of every page.

- `steps`: the real next steps with counts and dates
- `navigation`: what the top bar shows
"""
