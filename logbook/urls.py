"""Addresses of the log and the desk page."""

from django.urls import URLPattern, path

from logbook.views import (
    access,
    day,
    desk,
    entry,
    export,
    feed,
    follow_ups,
    imports,
    log,
    promises,
    reviews,
    save,
    watch,
)

app_name = "logbook"
urlpatterns: list[URLPattern] = [
    path("desk/<slug:desk>/", desk.desk_page_view, name="desk"),
    path("desk/<slug:desk>/parts/", desk.desk_parts, name="parts"),
    path("desk/<slug:desk>/watch/join/", watch.join, name="join"),
    path("desk/<slug:desk>/watch/leave/", watch.leave, name="leave"),
    path("desk/<slug:desk>/watch/pass/", watch.pass_on, name="pass"),
    path("log/<slug:desk>/", log.log_page, name="log"),
    path("log/<slug:desk>/record/", save.save_entry, name="save"),
    path("log/<slug:desk>/export/", export.export, name="export"),
    path("log/<slug:desk>/follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("log/<slug:desk>/day/<str:day>/print/", day.printed_day, name="day"),
    path("log/<slug:desk>/<int:number>/", entry.entry_page, name="entry"),
    path("log/<slug:desk>/<int:number>/correct/", entry.correct, name="correct"),
    path("log/<slug:desk>/<int:number>/retract/", entry.retract, name="retract"),
    path("log/<slug:desk>/<int:number>/add/", entry.add, name="add"),
    path("log/<slug:desk>/<int:number>/move/", entry.move, name="move"),
    path("log/<slug:desk>/new/", feed.new_entries, name="new"),
]

urlpatterns += [
    path("log/<slug:desk>/review/<str:day>/", reviews.review, name="review"),
    path("log/<slug:desk>/review/<str:day>/sign/", reviews.sign_review, name="sign_review"),
    path("log/<slug:desk>/review/<str:day>/ask/", reviews.ask, name="ask"),
    path("log/<slug:desk>/access/", access.access, name="access"),
    path("log/<slug:desk>/access/export/", access.access_export, name="access_export"),
    path("log/<slug:desk>/promise/", promises.promise, name="promise"),
    path("log/<slug:desk>/promises/", promises.promises, name="promises"),
    path("log/<slug:desk>/import/", imports.import_page, name="import"),
    path("log/<slug:desk>/imported/", imports.imported, name="imported"),
]
