"""Dossiers and their judgement: self-assessment, appraisal, explanation, council.

- `models`: Dossier, Entry, Citation (`dossier`); Appraisal, Explanation, PassSignOff, PreliminaryNotice
  (`appraisal`); Meeting, Attendance, Motion, Vote (`council`)
- `scores`: from facts to points through the scoring core, and which score counts at which stage
- `workflow`: the states of a dossier and of a meeting; `policy`: who may what
- `queries`: what the pages read; `actions`: every write
"""
