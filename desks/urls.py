"""Addresses of the pages about oneself."""

from django.urls import path

from desks import views

app_name = "desks"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("people/switch/", views.switch_actor, name="switch_actor"),
    path("profile/", views.profile, name="profile"),
    path("profile/pin/", views.set_pin, name="set_pin"),
    path("profile/password/", views.change_password, name="change_password"),
    path("language/", views.set_language, name="set_language"),
]
