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
    keeping,
    log,
    outsider,
    promises,
    proof,
    reviews,
    save,
    veils,
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
    path("log/<slug:desk>/<int:number>/readers/", entry.readers, name="readers"),
    path("log/<slug:desk>/<int:number>/again/", entry.again, name="again"),
    path("log/<slug:desk>/<int:number>/consent/", entry.consent, name="consent"),
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

urlpatterns += [
    path("log/<slug:desk>/proof/", proof.proof_page, name="proof"),
    path("log/<slug:desk>/proof/export/", proof.export, name="export_record"),
    path("log/<slug:desk>/proof/verify.py", proof.verifier_file, name="verifier"),
    path("log/<slug:desk>/<int:number>/proof/", outsider.ask, name="ask_proof"),
    path("log/<slug:desk>/proof/requests/<int:pk>/", outsider.one_request, name="proof_request"),
    path("log/<slug:desk>/proof/requests/<int:pk>/decide/", outsider.decide, name="decide_proof"),
    path("log/<slug:desk>/proof/requests/<int:pk>/file/", outsider.proof_file, name="proof_file"),
    path("log/<slug:desk>/proof/requests/<int:pk>/sheet/", outsider.proof_print, name="proof_print"),
    path("log/<slug:desk>/proof/keys/", proof.keys_file, name="keys"),
    path("log/<slug:desk>/proof/checkpoints/<int:pk>/", proof.checkpoint_file, name="checkpoint"),
    path("log/<slug:desk>/<int:number>/reveal/", veils.reveal, name="reveal"),
    path("log/<slug:desk>/<int:number>/veil/", veils.ask_veil, name="ask_veil"),
    path("log/<slug:desk>/<int:number>/veil/decide/", veils.decide_veil, name="decide_veil"),
    path("log/<slug:desk>/<int:number>/sealed/", veils.read_sealed, name="read_sealed"),
    path("log/<slug:desk>/keeping/", keeping.keeping, name="keeping"),
    path("log/<slug:desk>/keeping/period/", keeping.set_period, name="set_period"),
    path("log/<slug:desk>/keeping/retention/", keeping.set_retention, name="set_retention"),
    path("log/<slug:desk>/keeping/purge/", keeping.ask_purge, name="ask_purge"),
    path("log/<slug:desk>/keeping/purge/<int:pk>/", keeping.decide_purge, name="decide_purge"),
    path("log/<slug:desk>/keeping/hold/", keeping.place_hold, name="place_hold"),
    path("log/<slug:desk>/keeping/hold/<int:pk>/lift/", keeping.lift_hold, name="lift_hold"),
]
