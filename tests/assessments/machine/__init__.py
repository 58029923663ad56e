"""A whole round played at random by everybody, watched by a model that shares no code with the actions.

- `stage`: the round that is played: three communes, people in conflict, figures that nobody could write by chance
- `rows`: what stands in the tables before and after a step
- `parties`: who is who, and which party's score counts, read from the rows
- `roles`, `times`, `laws`: what a step may do: by whom, when, and what it may change
- `council_laws`: what votes decide, and what a frozen result says
- `sight`: who may see which figure; `pages`: every page of the address table, searched for the others
- `drawing`, `intents`: what people might try next, sensible or not
- `player`: tries it, and holds each outcome against the laws; `way`: the sensible way to the next stage
"""
