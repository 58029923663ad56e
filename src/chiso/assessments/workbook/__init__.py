"""The offline workbook of a dossier (bảng tính ngoại tuyến): written, read again and compared, without requests.

- `rows`: what stands in it, one row for each thing the unit may enter
- `identity`: whose it is, of which edition, and what every leaf said when it was written, signed
- `writing`, `reading`: the .xlsx itself, in Vietnamese whatever language the reader's pages are in
- `comparing`: what it would change, what a colleague saved meanwhile, and every fault with its cell
"""
