"""Sample data: real rounds played through the real actions, with the plan's own dates as the clock.

- `command`: `chiso demo`, its refusals and what it prints
- `ha_lang`: the 2022 round of Hạ Lang district, scene by scene
- `cast`: the people, with invented names; `facts`: what communes enter; `papers`: the files they attach
- `data/`: the plan and the communes; sources in `data/README.md`
"""
