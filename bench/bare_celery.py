"""The yardstick for memory: a Celery application with one empty task on the same broker, as worker and as beat."""

import os

from celery import Celery

app = Celery("bare", broker=os.environ["REDIS_URL"])
app.conf.beat_schedule = {"nothing": {"task": "nothing", "schedule": 60.0}}


@app.task(name="nothing")
def nothing() -> None:
    """Does nothing."""
