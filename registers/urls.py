"""Addresses of the registers."""

from django.urls import path

from registers import views

app_name = "registers"
urlpatterns = [
    path("registers/<slug:desk>/custody/", views.custody, name="custody"),
    path("registers/<slug:desk>/custody/<slug:code>/", views.item, name="item"),
    path("registers/<slug:desk>/differences/<int:difference>/settle/", views.settle, name="settle"),
    path("registers/<slug:desk>/differences/<int:difference>/explain/", views.explain, name="explain"),
]
