"""Messages to people inside the product (thông báo), with a record of who opened them and when.

- `models`: Notice
- `sending`: put one message into many inboxes; `opening`: keep when it was read
"""
