"""Every write on dossiers, appraisals and meetings, one module for each room of the work.

- `stages`: the round from stage to stage, with its dossiers
- `dossier`: the unit enters, attaches, reviews, submits
- `appraisal`: the team judges, ends a pass; the notice goes out
- `reasons`: what the team starts its reasons from
- `supplement`: the unit explains, supplements, sends again
- `council`: meetings, motions, votes, adoption
"""
