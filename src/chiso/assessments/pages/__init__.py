"""What each page of the assessments shows, computed before the template sees it: frozen data, numbers written.

- the unit: `dossier_page` (with `dossier_rows`, `dossier_tree`, `leaf_view`), `submission_page`, `notice_page`
- the coordinator: `overview_page` (with `completeness`, `overview_steps`), `confirm_pages`
- the team and the council: `appraisal_page`, `appraise_page`, `agree_page`, `council_page`, `disputes`
- shared words: `answer_words`, `judgements` (who may see which judgement)
"""
