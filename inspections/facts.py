"""What changes whenever the inspections' panel on the desk page does: what stands of these days (desks.hooks.facts)."""

# A day to both sides of UTC's: whatever zone the site is in, its day is among them.
STATE = """SELECT string_agg(inspection::text, '' ORDER BY inspection.id) FROM inspections_inspection AS inspection
    WHERE inspection.desk_id = desk.id AND abs(inspection.site_day - (%(now)s AT TIME ZONE 'UTC')::date) <= 1"""
