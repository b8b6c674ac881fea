"""Reads of handovers that more than one page or act needs."""

from handover.queries.afterwards import narrowed_omissions, omissions_for, omissions_of
from handover.queries.counts import (
    CountNow,
    count_now,
    counting,
    countings_of,
    expected_of,
    is_answered,
    last_refused_at,
)
from handover.queries.facts import facts_of, risks_of, typed_of
from handover.queries.handovers import (
    found_otherwise,
    handovers_of,
    hex_of,
    last_closing,
    open_handover,
    past_handovers,
    sides_of,
)
from handover.queries.matters import (
    Drawn,
    MatterNow,
    drawn_matters,
    entries_of_watch,
    entries_since,
    matters_now,
    not_yet_included,
)
from handover.queries.relieving import gap_since, held_with_gap, named_relief, releases_to_complete
from handover.queries.signed import content_of, digest_now, photos_of, rounds_missed
from handover.queries.stopping import meanwhile_of, open_refusal, stopping_matters, suspension_of

__all__ = [
    "CountNow",
    "Drawn",
    "MatterNow",
    "content_of",
    "count_now",
    "counting",
    "countings_of",
    "digest_now",
    "drawn_matters",
    "entries_of_watch",
    "entries_since",
    "expected_of",
    "facts_of",
    "found_otherwise",
    "gap_since",
    "handovers_of",
    "held_with_gap",
    "hex_of",
    "is_answered",
    "last_closing",
    "last_refused_at",
    "matters_now",
    "meanwhile_of",
    "named_relief",
    "narrowed_omissions",
    "not_yet_included",
    "omissions_for",
    "omissions_of",
    "open_handover",
    "open_refusal",
    "past_handovers",
    "photos_of",
    "releases_to_complete",
    "risks_of",
    "rounds_missed",
    "sides_of",
    "stopping_matters",
    "suspension_of",
    "typed_of",
]
