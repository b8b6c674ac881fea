"""Addresses of inspections and findings."""

from django.urls import path

from inspections import views

app_name = "inspections"
urlpatterns = [
    path("inspections/<slug:desk>/", views.page, name="page"),
    path("inspections/<slug:desk>/export/", views.export_inspections, name="export"),
    path("inspections/<slug:desk>/findings/export/", views.export_findings, name="export_findings"),
    path("inspections/<slug:desk>/start/", views.start, name="start"),
    path("inspections/<slug:desk>/<int:pk>/", views.inspection, name="inspection"),
    path("inspections/<slug:desk>/<int:pk>/save/", views.save, name="save"),
    path("inspections/<slug:desk>/<int:pk>/items/<int:item>/", views.save_item, name="save_item"),
    path("inspections/<slug:desk>/findings/", views.findings, name="findings"),
    path("inspections/<slug:desk>/findings/<int:pk>/", views.finding, name="finding"),
    path("inspections/<slug:desk>/findings/<int:pk>/settle/", views.settle, name="settle"),
    path("inspections/<slug:desk>/my-findings/<int:pk>/", views.own_finding, name="own_finding"),
]
