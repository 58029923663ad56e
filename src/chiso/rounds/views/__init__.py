"""The pages of a round's frame, one module for each room, as in `rounds.actions`."""
