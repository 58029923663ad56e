"""The few web tools that all apps share.

- `numbers`, `dates`: Vietnamese writing of numbers and dates, in and out
- `fields`: form fields on top of them
- `office`: Office documents to PDF, by LibreOffice
- `paths`: what stands in the addresses of pages
- `language`: which language a page speaks
- `formats`: dd/mm/yyyy in both languages
- `templates`, `static`: the design system (components/README.md)
"""
