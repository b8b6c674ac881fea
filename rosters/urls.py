"""Addresses of the rosters and of leaving the desk for a while."""

from django.urls import URLPattern

app_name = "rosters"
urlpatterns: list[URLPattern] = []
