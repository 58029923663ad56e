"""Messages to people (thông báo): inside the product, and as digests by mail and by one webhook (docs/messages.md).

- `models`: Notice, Delivery, MessagePreference; `workflow`: the way of a delivery, as data
- `sending`: put one message into many inboxes; `opening`: keep when it was read
- `posting`: what the worker does twice a minute: `composing` digests (`quiet` hours, preferences, `letters`), then
  `dispatch`, which takes each delivery once and hands it to `mailing` or `webhook`
- `pages`, `views`: a person's messages and preferences; the record of what was sent, for those who run rounds
"""
