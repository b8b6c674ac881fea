"""Addresses of handing over, opening and closing."""

from django.urls import URLPattern

app_name = "handover"
urlpatterns: list[URLPattern] = []
