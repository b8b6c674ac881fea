"""What the worker does for the rosters besides the clock."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="rosters.draft")
def draft(pk: int) -> bool:
    """Drafts a month as somebody asked; delivered twice, or after it was stopped, it does nothing (I7)."""
    from rosters.actions import run_draft

    return run_draft(pk, now=timezone.now())
