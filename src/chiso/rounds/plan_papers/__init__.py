"""A plan's papers: what its cells say, and whole plans read and written. No database.

- `wording`: the column of deadlines, as words and as dates; `bodies`: the columns of bodies, as words and as bodies
- `table`: part II, wherever it stands; `texts`: the parts around it
- `word`, `sheet_of_texts`: what is special to Word and to Excel; `reading`: a file of any kind → `PlanFile`
- `excel`: `PlanFile` → workbook (the Word document is an official one, so it is written in `documents`)
- `renewing`: last year's plan, or the template, for another year
"""
