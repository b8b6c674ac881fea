"""Addresses of the inbox."""

from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/unread/", views.unread, name="unread"),
    path("notices/read-all/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.open_notice, name="open"),
    path("notices/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
]
