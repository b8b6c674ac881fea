"""How dates and times are written: 24 hours, days with their month."""
