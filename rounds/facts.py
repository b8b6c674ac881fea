"""What changes whenever the rounds' panel on the desk page does: what is due by the minute, what was walked or missed (desks.hooks.facts).

Nothing for a desk without rounds: its page is not drawn anew by the minute.
"""

STATE = """SELECT concat_ws(' ', md5(string_agg(round::text, '' ORDER BY round.id)), date_trunc('minute', %(now)s::timestamptz),
    (SELECT max(walk.id) FROM rounds_roundwalk AS walk WHERE walk.desk_id = desk.id),
    (SELECT max(miss.id) FROM rounds_roundmiss AS miss WHERE miss.desk_id = desk.id),
    (SELECT md5(string_agg(point::text, '' ORDER BY point.id)) FROM rounds_roundpoint AS point WHERE point.desk_id = desk.id),
    (SELECT md5(string_agg(hours::text, '' ORDER BY hours.id)) FROM desks_openinghours AS hours WHERE hours.desk_id = desk.id))
    FROM rounds_round AS round WHERE round.desk_id = desk.id AND round.current HAVING count(*) > 0"""
