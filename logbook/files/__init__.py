"""Attached files: where they lie, what is made of a photo, the tokens of uploads (docs/record.md, decision 43)."""
