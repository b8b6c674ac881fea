"""Addresses of the log and the desk page."""

from django.urls import URLPattern, path

from logbook.views import reviews

app_name = "logbook"
urlpatterns: list[URLPattern] = []

urlpatterns += [
    path("log/<slug:desk>/review/<str:day>/", reviews.review, name="review"),
    path("log/<slug:desk>/review/<str:day>/sign/", reviews.sign_review, name="sign_review"),
    path("log/<slug:desk>/review/<str:day>/ask/", reviews.ask, name="ask"),
]
