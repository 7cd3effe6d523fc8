"""Every list as data: a page, a workbook and JSON from the same rows."""
