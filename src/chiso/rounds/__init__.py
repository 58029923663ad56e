"""A round (đợt đánh giá): its plan, stages, blocks of units, council and team, extensions.

- `models`: Round, Plan, PlanTask, TaskBody, Stage, Block, Participant, PanelMember, Assignment, Extension
- `plan_file`: the plan as data, read and checked
- `deadlines`: the exact moment a deadline of the plan ends
- `workflow`: the order of the stages; `policy`: who may what; `actions`: the writes
"""
