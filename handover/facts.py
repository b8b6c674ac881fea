"""What changes whenever the handover's panels on the desk page do (desks.hooks.facts)."""

from handover.models import Handover

OPEN = ", ".join(f"'{state}'" for state in Handover.OPEN_STATES)
# While a handover is under way every step of it may count, who has come among them: then nothing is kept. One that is only
# prepared shows as a button: it lasts for hours, and is known by its key.
STATE = f"""SELECT concat(
    (SELECT gen_random_uuid() FROM handover_handover WHERE desk_id = desk.id AND state IN ({OPEN})
        AND NOT (mode = 'face' AND incoming_id IS NULL) LIMIT 1), ' ',
    (SELECT id FROM handover_handover WHERE desk_id = desk.id AND state IN ({OPEN}) LIMIT 1), ' ',
    (SELECT string_agg(release::text, '' ORDER BY release.id) FROM handover_release AS release
        JOIN logbook_watch AS watch ON watch.id = release.watch_id WHERE watch.desk_id = desk.id AND watch.ended_at IS NULL))"""
