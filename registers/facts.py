"""What changes whenever the registers' panel on the desk page does: what is out (desks.hooks.facts)."""

STATE = """SELECT string_agg(concat_ws(' ', issue.id, issue.left, issue.due_at <= %(now)s), ',' ORDER BY issue.id) FROM registers_custodyissue AS issue
    WHERE issue.desk_id = desk.id AND issue.state = 'out'"""
