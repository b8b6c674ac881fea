"""The Celery application: the worker does the clock's acts, the beat fires them."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")

app = Celery("duty_desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _refuse_unsafe_start(**_: object) -> None:
    from duty_desk.startup import refuse_unsafe_start

    refuse_unsafe_start()
