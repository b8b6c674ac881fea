"""Addresses of the log and the desk page."""

from django.urls import URLPattern

app_name = "logbook"
urlpatterns: list[URLPattern] = []
