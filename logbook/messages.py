"""Wording of the acts that the log records itself, filled in when somebody reads them."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import act_kinds, messages, value_words


def _labels(names: str) -> str:
    """The fields that a proof shows, as their form calls them."""
    from desks.templatetags.desks_tags import comma
    from logbook.forms.proof import label_of

    return comma().join(label_of(name, {}) for name in names.split())


def register_messages() -> None:
    """Registers the log's own message codes."""
    _register_of_keeping()
    _register_of_proving()
    _register_of_witnesses()
    messages.register("desk_opened", _("%(holder)s opened the desk."))
    messages.register("desk_closed", _("%(holder)s closed the desk."))
    messages.register("colleague_joined", _("%(person)s joined the watch."))
    messages.register("colleague_left", _("%(person)s left the watch."))
    messages.register("holder_passed", _("%(from)s passed the holder's part to %(to)s."))
    messages.register("day_reviewed", _("%(reviewer)s reviewed the log of %(day_on)s, up to number %(number)s."))
    messages.register("log_imported", _("%(importer)s brought in %(count)s old entries from %(file)s, numbers %(first)s to %(last)s."))
    messages.register("asked_to_read", _("%(person)s asks to read entry %(number)s: %(people)s"))
    messages.register("entry_to_read", _("%(person)s asks you to read entry %(number)s and to say that you have."))
    messages.register("late_consented", _("%(person)s consents to the late entry %(number)s. %(because)s"))
    messages.register("late_not_consented", _("%(person)s does not consent to the late entry %(number)s: %(because)s"))
    messages.register(
        "personal_period_customer", _("%(by)s: customers’ names go %(days)s days after the matter is closed, from tomorrow on. %(why)s")
    )
    messages.register(
        "personal_period_phone", _("%(by)s: phone numbers go %(days)s days after the matter is closed, from tomorrow on. %(why)s")
    )
    messages.register(
        "personal_erased_customer",
        _("Erased by rule, %(days)s days after the matters were closed: %(count)s customers’ names, of entries %(first)s to %(last)s."),
    )
    messages.register(
        "personal_erased_phone",
        _("Erased by rule, %(days)s days after the matters were closed: %(count)s phone numbers, of entries %(first)s to %(last)s."),
    )
    messages.register("hold_placed_desk", _("%(by)s placed a legal hold on everything of the desk: %(why)s"))
    messages.register("hold_placed_month", _("%(by)s placed a legal hold on %(month)s: %(why)s"))
    messages.register("hold_placed_thread", _("%(by)s placed a legal hold on #%(number)s and its thread: %(why)s"))
    messages.register("hold_placed_customer", _("%(by)s placed a legal hold on the customer of #%(number)s: %(why)s"))
    messages.register("hold_lifted", _("%(by)s lifted the legal hold of #%(number)s: %(why)s"))
    messages.register("veil_asked", _("%(by)s asks to veil the text of #%(number)s: %(why)s"))
    messages.register("text_veiled", _("The text of #%(number)s is veiled by %(asked_by)s and %(confirmed_by)s: %(why)s"))
    messages.register("veil_declined", _("%(by)s left the text of #%(number)s readable: %(why)s"))
    messages.register("veil_wanted", _("%(by)s asks to veil the text of #%(number)s: read it and decide."))
    messages.register(
        "veil_wanted_head",
        _("%(by)s asks to veil the text of #%(number)s, %(desk)s, and nobody supervises now who could confirm it: name somebody."),
    )
    messages.register("veil_done", _("%(by)s has veiled the text of #%(number)s."))
    messages.register("veil_declined_told", _("%(by)s left the text of #%(number)s readable: %(why)s"))
    messages.register(
        "matter_carried", _("#%(number)s was due %(was_due_at)s and has been passed on by %(count)s watches since: the supervisors are told.")
    )
    messages.register(
        "matter_carried_told", _("#%(number)s, %(desk)s, was due %(was_due_at)s and has been passed on by %(count)s watches since.")
    )
    messages.register(
        "system_merged", _("%(what)s — %(count)s more times since %(since_at)s, the last time %(last_at)s.")
    )
    messages.register("review_missing", _("The log of %(day_on)s has %(count)s unread entries: read it and sign."))
    messages.register(
        "review_missing_head",
        _("The log of %(day_on)s, %(desk)s, has %(count)s unread entries, and nobody supervises now: name somebody who reads it and signs."),
    )
    messages.register("entry_question", _("%(asker)s asks about your entry %(number)s."))
    messages.register("list_exported", _("%(by)s took out a list of %(desk)s as %(format)s: %(list)s, %(count)s rows, file %(file_digest)s."))
    messages.register("export_ready", _("The list that you asked for is ready: %(list)s, %(count)s rows. It is kept until %(kept_at)s."))
    messages.register("export_failed", _("The list that you asked for could not be made: %(list)s."))


def _register_of_proving() -> None:
    """Checkpoints, exports of the record, proofs for outsiders and keys."""
    messages.register("checkpoint_of_day", _("Checkpoint of %(desk)s: %(number)s entries, root %(root)s. Keep it outside this program."))
    messages.register("checkpoint_failed", _("No checkpoint of %(desk)s could be made today: look at the page of its proof."))
    messages.register("record_does_not_hold", _("The record of %(desk)s does not hold from number %(number)s on. Keep the checkpoints that you have."))
    messages.register("record_exported", _("The whole record of %(desk)s was exported: %(count)s entries, file %(file_digest)s."))
    messages.register("proof_asked", _("A proof of entry %(number)s was asked for. Fields shown: %(shown)s."))
    messages.register("proof_approved", _("The proof of entry %(number)s was approved. Fields shown: %(shown)s."))
    messages.register("proof_refused", _("The proof of entry %(number)s was refused: %(why)s"))
    messages.register("proof_given", _("The proof of entry %(number)s was taken out. Fields shown: %(shown)s."))
    messages.register("proof_asked_told", _("%(by)s asks to prove entry %(number)s to %(recipient)s."))
    messages.register("proof_approved_told", _("The proof of entry %(number)s is approved."))
    messages.register("proof_refused_told", _("The proof of entry %(number)s is refused: %(why)s"))
    messages.register("signing_key_taken", _("The key that signs checkpoints is in use: %(key)s."))
    messages.register("signing_key_changed", _("The key that signs checkpoints was changed: from %(old_key)s to %(new_key)s. Reason: %(why)s"))
    messages.register("signing_key_lost", _("The key that signed checkpoints (%(old_key)s) was lost; the new one is %(new_key)s. Reason: %(why)s"))


def register_act_kinds() -> None:
    """Says of the log's own acts in the site's book of which kind they are (logbook.forms.filters.ACT_KINDS)."""
    for code in ("record_exported", "list_exported"):
        act_kinds.register(code, "exports")
    for code in ("signing_key_taken", "signing_key_changed", "signing_key_lost"):
        act_kinds.register(code, "keys")
    for code in (
        "retention_set", "personal_period_customer", "personal_period_phone", "log_archived", "log_purged", "purged", "purge_asked",
        "purge_confirmed", "purge_declined",
    ):
        act_kinds.register(code, "keeping")
    act_kinds.register("system_merged", "reports")


def _register_of_keeping() -> None:
    """How long the record stands, what was archived and purged."""
    value_words.register("shown", _labels)
    messages.register("retention_set", _("%(by)s: the record is kept for %(years)s years. %(why)s"))
    messages.register("log_archived", _("%(month)s of %(desk)s is archived: numbers %(first)s to %(last)s, file %(file_digest)s."))
    messages.register("purge_asked", _("%(by)s asks to purge %(desk)s up to the end of %(month)s, number %(last)s: %(why)s"))
    messages.register("purge_confirmed", _("%(by)s confirmed to purge %(desk)s up to the end of %(month)s, number %(last)s: %(why)s"))
    messages.register("purge_declined", _("%(by)s declined to purge %(desk)s up to the end of %(month)s: %(why)s"))
    messages.register("purge_wanted", _("%(by)s asks to purge %(desk)s up to the end of %(month)s: confirm it or decline."))
    messages.register("purge_confirmed_told", _("%(by)s confirmed to purge %(desk)s up to the end of %(month)s. The operator’s next run carries it out."))
    messages.register("purge_declined_told", _("%(by)s declined to purge %(desk)s up to the end of %(month)s: %(why)s"))
    messages.register(
        "log_purged",
        _("Purged by rule after %(years)s years, asked by %(asked_by)s, confirmed by %(confirmed_by)s: numbers %(first)s to %(last)s, archive %(file_digest)s."),
    )
    messages.register("purged", _("Purged by rule: this entry stands in its archive alone."))


def _register_of_witnesses() -> None:
    """To whom checkpoints go outside this program."""
    messages.register("witness_added", _("%(by)s named a witness to whom checkpoints go from now on: %(name)s, %(address)s."))
    messages.register("witness_ended", _("%(by)s ended a witness; no checkpoint goes there any more: %(name)s, %(address)s. %(because)s"))
    messages.register(
        "witness_not_reached", _("A checkpoint of %(desk)s could not be sent to the witness %(name)s: it was tried five times. Look at the page of the proof.")
    )
