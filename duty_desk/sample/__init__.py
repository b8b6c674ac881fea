"""Sample data: one site with a front desk, its people and some days of work, made through the same acts as real work."""
