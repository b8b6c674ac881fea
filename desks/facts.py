"""What the ground floor lets pages know at once (desks.hooks.facts): digests of the rows that a page's words come from.

A digest of the rows themselves, not a counter: a counter that another transaction drew earlier and commits later
would tell nothing of its change.
"""

from desks.hooks import facts

KINDS = "SELECT md5(string_agg(kind::text, '' ORDER BY kind.id)) FROM desks_entrykind AS kind WHERE kind.desk_id = desk.id"
CHOICES = "SELECT md5(string_agg(choice::text, '' ORDER BY choice.id)) FROM desks_choice AS choice WHERE choice.desk_id = desk.id"
# Everybody who is or was anything at the site, and the operators: nobody else is named in its books.
PEOPLE = """SELECT md5(string_agg(ROW(person.id, person.name, person.name_latin)::text, '' ORDER BY person.id)) FROM desks_person AS person
    WHERE person.is_superuser OR person.id IN (SELECT person_id FROM desks_membership WHERE site_id = desk.site_id)
       OR person.id IN (SELECT person_id FROM desks_actingsupervisor WHERE site_id = desk.site_id)"""
DESKS = "SELECT md5(string_agg(ROW(each.*, site.*)::text, '' ORDER BY each.id)) FROM desks_desk AS each JOIN desks_site AS site ON site.id = each.site_id"

# What all words of the log come from: labels of kinds and choices, names of people.
WORDS = ("desks.kinds", "desks.choices", "desks.people")


def register_facts() -> None:
    """Registers what this floor knows."""
    facts.register("desks.kinds", KINDS)
    facts.register("desks.choices", CHOICES)
    facts.register("desks.people", PEOPLE)
    facts.register("desks.desks", DESKS)
