"""What changes whenever the escalations on the desk page do: the open ones, and the book whose words they show (desks.hooks.facts)."""

from escalations.models import Escalation
from logbook.facts import NEWEST

OPEN = ", ".join(f"'{state}'" for state in Escalation.OPEN_STATES)
# Joined so that nothing open still tells of the book: the first emergency changes the page too.
STATE = f"""SELECT concat(string_agg(escalation::text, '' ORDER BY escalation.id), ' ', ({NEWEST}))
    FROM escalations_escalation AS escalation WHERE escalation.desk_id = desk.id AND escalation.state IN ({OPEN})"""
