"""Addresses of escalations."""

from django.urls import URLPattern, path

from escalations import views

app_name = "escalations"

urlpatterns: list[URLPattern] = [
    path("escalations/", views.overview, name="overview"),
    path("escalations/<slug:desk>/", views.listing, name="list"),
    path("escalations/<slug:desk>/export/", views.export_list, name="export"),
    path("escalations/<slug:desk>/export-all/", views.export_overview, name="export_all"),
    path("escalations/<slug:desk>/raise/<int:number>/", views.raise_one, name="raise"),
    path("escalations/<slug:desk>/spoken/", views.spoken, name="spoken"),
    path("escalations/<slug:desk>/<int:pk>/", views.page, name="page"),
    path("escalations/<slug:desk>/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("escalations/<slug:desk>/<int:pk>/decide/", views.decide, name="decide"),
    path("escalations/<slug:desk>/<int:pk>/pass-up/", views.pass_up, name="pass_up"),
    path("escalations/<slug:desk>/<int:pk>/phone/", views.phone, name="phone"),
    path("escalations/<slug:desk>/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("escalations/<slug:desk>/<int:pk>/close/", views.close, name="close"),
    path("escalations/<slug:desk>/<int:pk>/called/", views.called, name="called"),
    path("escalations/<slug:desk>/<int:pk>/calls/", views.call_on, name="call_on"),
    path("escalations/<slug:desk>/<int:pk>/calls/<int:call>/", views.say, name="say"),
]
