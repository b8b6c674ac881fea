"""What a process makes sure of before it serves: in production it refuses to start on an unsafe database, or without a place for files."""

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_start() -> None:
    """Raises ImproperlyConfigured in production when the database does not guard the record (desks.checks), or files have no place (logbook.checks)."""
    if settings.MODE != "production":
        return
    serious = [message for message in run_checks(tags=["database", "files"], databases=["default"], include_deployment_checks=True) if message.is_serious()]
    if settings.CONNECTED_AS_OWNER:
        raise ImproperlyConfigured("DATABASE_OWNER_URL must not stand in the environment of web, worker and beat.")
    if serious:
        raise ImproperlyConfigured("; ".join(f"{message.msg} {message.hint}" for message in serious))
