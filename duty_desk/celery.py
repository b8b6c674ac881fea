"""The Celery application: the worker does the clock's acts, the beat fires them."""

import os

from celery import Celery
from celery.signals import after_task_publish, beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")

app = Celery("duty_desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


_this_is_the_beat = False


@beat_init.connect
def _fire_at_once(**_: object) -> None:
    """The first tick goes out when the beat starts: what fell due while it was away is told now, not in half a minute."""
    global _this_is_the_beat  # noqa: PLW0603  what this process is, found out once
    _this_is_the_beat = True
    entry = app.conf.beat_schedule["the-clock"]
    app.send_task(entry["task"], retry=False, **entry["options"])


@after_task_publish.connect
def _note_that_the_beat_fires(**_: object) -> None:
    if not _this_is_the_beat:
        return
    from django.db import close_old_connections
    from django.utils import timezone

    from notices.actions import note_heartbeat

    close_old_connections()
    note_heartbeat(part="beat", now=timezone.now())


@worker_init.connect
def _refuse_unsafe_start(**_: object) -> None:
    from duty_desk.startup import refuse_unsafe_start

    refuse_unsafe_start()
