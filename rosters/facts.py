"""What changes whenever the rosters' panels on the desk page do: the next duties, who is away, who said no to a duty, and the
book, where every other act on a request stands and whose emergencies let the desk be left (desks.hooks.facts)."""

from logbook.facts import NEWEST
from rosters.queries import NEAR

# As many duties as `now_and_next` looks at. Names and reasons are the ground floor's facts.
STATE = f"""SELECT concat(
    (SELECT md5(string_agg(duty::text, '' ORDER BY duty.starts_at, duty.id)) FROM (
        SELECT * FROM rosters_duty WHERE desk_id = desk.id AND taken_out_by_id IS NULL AND ends_at > %(now)s
        ORDER BY starts_at, id LIMIT {NEAR}) AS duty), ' ',
    (SELECT string_agg(absence::text, '' ORDER BY absence.id) FROM rosters_absence AS absence
        JOIN logbook_watch AS watch ON watch.id = absence.watch_id WHERE watch.desk_id = desk.id AND watch.ended_at IS NULL), ' ',
    (SELECT count(invite.declined_at) FROM rosters_swapinvite AS invite JOIN rosters_swap AS swap ON swap.id = invite.swap_id
        WHERE swap.desk_id = desk.id AND swap.state = 'requested'), ' ', ({NEWEST}))"""
