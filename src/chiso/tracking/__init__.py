"""Following and chasing (theo dõi, đôn đốc): where everyone stands, who is reminded of what, what the clock does.

- `models`: ReminderRules, UrgingLetter, Reminder, CalendarFeed
- `stage_clock`: stages that open and lock when their time comes; `reminding`: who is told before, on and after a date
- `board`: the timeline, who is late, the numbers of each stage; `calendar`: the feed of a person's dates
"""
