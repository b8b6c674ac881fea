"""What changes whenever the briefing on the desk page does: these days' briefings with who acknowledged (desks.hooks.facts)."""

# A day to both sides of UTC's: whatever zone the site is in, its day is among them. Who is on duty is other floors' state.
STATE = """SELECT md5(string_agg(ROW(briefing.*, ack.*)::text, '' ORDER BY briefing.id, ack.id))
    FROM office_briefing AS briefing LEFT JOIN office_briefingack AS ack ON ack.briefing_id = briefing.id
    WHERE briefing.desk_id = desk.id AND abs(briefing.site_day - (%(now)s AT TIME ZONE 'UTC')::date) <= 1"""
