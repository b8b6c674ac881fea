"""Addresses of the rounds."""

from django.urls import path

from rounds import views

app_name = "rounds"
DESK = "rounds/<slug:desk>/"
urlpatterns = [
    path(DESK, views.rounds, name="rounds"),
    path(DESK + "export/", views.export, name="export"),
    path(DESK + "print/", views.sheet, name="sheet"),
    path(DESK + "<slug:code>/<str:due>/walk/", views.walk, name="walk"),
    path(DESK + "missed/<int:miss>/explain/", views.explain, name="explain"),
]
