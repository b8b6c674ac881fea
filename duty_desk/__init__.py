"""The top floor: composes all others; settings, addresses, Celery and the home page of each role."""

from duty_desk.celery import app as celery_app

__all__ = ["celery_app"]
