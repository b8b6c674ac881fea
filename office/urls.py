"""Addresses of the briefing and of acting supervisors."""

from django.urls import path

from office import views

app_name = "office"
urlpatterns = [
    path("office/<slug:desk>/briefing/", views.briefing, name="briefing"),
    path("office/<slug:desk>/briefing/write/", views.write_briefing, name="write_briefing"),
    path("office/<slug:desk>/briefing/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("office/<slug:site>/acting/", views.acting, name="acting"),
    path("office/<slug:site>/acting/<int:pk>/end/", views.end_acting, name="end_acting"),
]
