"""Addresses of the rosters and of leaving the desk for a while."""

from datetime import date, datetime

from django.urls import path, register_converter

from rosters import views


class Month:
    """A month in an address, 2026-12: its first day."""

    regex = "20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """The first day of the month."""
        return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007  a month has no zone

    def to_url(self, value: date) -> str:
        """The month as it stands in the address."""
        return f"{value:%Y-%m}"


register_converter(Month, "month")

app_name = "rosters"
urlpatterns = [
    path("duties/", views.duties, name="duties"),
    path("duties/calendar/", views.feeds, name="feeds"),
    path("duties/calendar/make/", views.make_feed, name="make_feed"),
    path("duties/calendar/<int:pk>/revoke/", views.revoke_feed, name="revoke_feed"),
    path("calendar/<slug:token>.ics", views.feed, name="feed"),
    path("rosters/<slug:desk>/", views.current, name="page"),
    path("rosters/<slug:desk>/import/", views.choose_file, name="import"),
    path("rosters/<slug:desk>/import/<int:pk>/", views.preview, name="preview"),
    path("rosters/<slug:desk>/import/<int:pk>/drop/", views.drop, name="drop"),
    path("rosters/<slug:desk>/away/", views.away, name="away"),
    path("rosters/<slug:desk>/away/<int:pk>/back/", views.back, name="back"),
    path("rosters/<slug:desk>/away/<int:pk>/part/", views.part_back, name="part_back"),
    path("rosters/<slug:desk>/balances/", views.balances, name="balances"),
    path("rosters/<slug:desk>/balances/export/", views.export_balances, name="export_balances"),
    path("rosters/<slug:desk>/<month:month>/balances/", views.balances_of_month, name="balances_of_month"),
    path("rosters/<slug:desk>/staff/", views.staff, name="staff"),
    path("rosters/<slug:desk>/staff/<int:pk>/", views.person, name="person"),
    path("rosters/<slug:desk>/staff/<int:pk>/<str:kind>/<int:row>/end/", views.end, name="end_agreement"),
    path("rosters/<slug:desk>/wishes/", views.wishes, name="wishes"),
    path("rosters/<slug:desk>/wishes/<int:pk>/withdraw/", views.withdraw, name="withdraw_wish"),
    path("rosters/<slug:desk>/<month:month>/wishes/", views.all_wishes, name="all_wishes"),
    path("rosters/<slug:desk>/<month:month>/days/", views.days, name="days"),
    path("rosters/<slug:desk>/<month:month>/days/name/", views.name_day, name="name_day"),
    path("rosters/<slug:desk>/<month:month>/days/<int:pk>/drop/", views.drop_day, name="drop_day"),
    path("rosters/<slug:desk>/week/", views.week, name="week"),
    path("rosters/<slug:desk>/check-in/", views.check_in, name="check_in"),
    path("rosters/<slug:desk>/presence/", views.cases, name="cases"),
    path("rosters/<slug:desk>/presence/export/", views.export_cases, name="export_cases"),
    path("rosters/<slug:desk>/presence/<int:pk>/", views.case, name="case"),
    path("rosters/<slug:desk>/presence/<int:pk>/state/", views.state, name="state_case"),
    path("rosters/<slug:desk>/presence/<int:pk>/settle/", views.settle, name="settle_case"),
    path("rosters/<slug:desk>/presence/<int:pk>/ask/", views.ask_other, name="ask_other"),
    path("rosters/<slug:desk>/duties/<int:pk>/late/", views.ask, name="ask_late"),
    path("rosters/<slug:desk>/duties/<int:pk>/correct/", views.correct, name="correct_time"),
    path("rosters/<slug:desk>/hours/", views.current_hours, name="current_hours"),
    path("rosters/<slug:desk>/hours/export/", views.export_hours, name="export_hours"),
    path("rosters/<slug:desk>/<month:month>/hours/", views.hours, name="hours"),
    path("rosters/<slug:desk>/<month:month>/hours/answer/", views.answer, name="answer_hours"),
    path("rosters/<slug:desk>/<month:month>/hours/sign/", views.sign_off, name="sign_hours"),
    path("rosters/<slug:desk>/<month:month>/hours/<int:pk>/", views.own_hours, name="own_hours"),
    path("rosters/<slug:desk>/requests/", views.requests, name="requests"),
    path("rosters/<slug:desk>/owed/<int:pk>/waive/", views.waive, name="waive"),
    path("rosters/<slug:desk>/changes/", views.changes, name="changes"),
    path("rosters/<slug:desk>/support/", views.support, name="support"),
    path("rosters/<slug:desk>/reserve/", views.reserve, name="reserve"),
    path("rosters/<slug:desk>/swaps/", views.all_swaps, name="all_swaps"),
    path("rosters/<slug:desk>/swaps/export/", views.export_swaps, name="export_swaps"),
    path("rosters/<slug:desk>/swaps/<int:pk>/", views.swap, name="swap"),
    path("rosters/<slug:desk>/swaps/<int:pk>/agree/", views.agree, name="agree"),
    path("rosters/<slug:desk>/swaps/<int:pk>/decline/", views.decline, name="decline"),
    path("rosters/<slug:desk>/swaps/<int:pk>/give-back/", views.give_back, name="give_back"),
    path("rosters/<slug:desk>/swaps/<int:pk>/withdraw/", views.withdraw_swap, name="withdraw_swap"),
    path("rosters/<slug:desk>/swaps/<int:pk>/decide/", views.decide_swap, name="decide_swap"),
    path("rosters/<slug:desk>/leave/", views.ask_leave, name="ask_leave"),
    path("rosters/<slug:desk>/leave/all/", views.all_leave, name="all_leave"),
    path("rosters/<slug:desk>/leave/export/", views.export_leave, name="export_leave"),
    path("rosters/<slug:desk>/leave/<int:pk>/", views.leave, name="leave"),
    path("rosters/<slug:desk>/leave/<int:pk>/photos/", views.add_photos, name="add_leave_photos"),
    path("rosters/<slug:desk>/leave/<int:pk>/photos/<int:photo>/", views.leave_photo, name="leave_photo"),
    path("rosters/<slug:desk>/leave/<int:pk>/photos/<int:photo>/small/", views.leave_photo, {"small": True}, name="leave_photo_small"),
    path("rosters/<slug:desk>/leave/<int:pk>/photos/<int:photo>/remove/", views.remove_photo, name="remove_leave_photo"),
    path("rosters/<slug:desk>/leave/<int:pk>/withdraw/", views.withdraw_leave, name="withdraw_leave"),
    path("rosters/<slug:desk>/leave/<int:pk>/decide/", views.decide_leave, name="decide_leave"),
    path("rosters/<slug:desk>/leave/<int:pk>/shorten/", views.shorten, name="shorten"),
    path("rosters/<slug:desk>/duties/<int:pk>/", views.duty, name="duty"),
    path("rosters/<slug:desk>/duties/<int:pk>/why/", views.why_duty, name="why_duty"),
    path("rosters/<slug:desk>/duties/<int:pk>/swap/", views.ask_swap, name="ask_swap"),
    path("rosters/<slug:desk>/duties/<int:pk>/sick/", views.sick, name="sick"),
    path("rosters/<slug:desk>/duties/<int:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("rosters/<slug:desk>/duties/<int:pk>/extend/", views.extend, name="extend"),
    path("rosters/<slug:desk>/duties/<int:pk>/call-off/", views.call_off, name="call_off"),
    path("rosters/<slug:desk>/fill/<int:pk>/", views.fill, name="fill"),
    path("rosters/<slug:desk>/fill/<int:pk>/name/", views.name, name="name"),
    path("rosters/<slug:desk>/fill/<int:pk>/call/", views.call, name="call"),
    path("rosters/<slug:desk>/fill/<int:pk>/leave-empty/", views.leave_empty, name="leave_empty"),
    path("rosters/<slug:desk>/<month:month>/", views.month, name="month"),
    path("rosters/<slug:desk>/<month:month>/draft/", views.drafting, name="drafting"),
    path("rosters/<slug:desk>/<month:month>/draft/<int:pk>/", views.draft, name="draft"),
    path("rosters/<slug:desk>/<month:month>/draft/<int:pk>/stop/", views.stop_draft, name="stop_draft"),
    path("rosters/<slug:desk>/<month:month>/draft/<int:pk>/use/", views.use_draft, name="use_draft"),
    path("rosters/<slug:desk>/<month:month>/draft/<int:pk>/aside/", views.aside_draft, name="aside_draft"),
    path("rosters/<slug:desk>/<month:month>/begin/", views.begin, name="begin"),
    path("rosters/<slug:desk>/<month:month>/edit/", views.edit, name="edit"),
    path("rosters/<slug:desk>/<month:month>/edit/check/", views.check_edit, name="check_edit"),
    path("rosters/<slug:desk>/<month:month>/edit/fill/", views.fill_cells, name="fill_cells"),
    path("rosters/<slug:desk>/<month:month>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("rosters/<slug:desk>/<month:month>/mine/", views.own_month, name="own_month"),
    path("rosters/<slug:desk>/<month:month>/why/", views.why_cell, name="why_cell"),
    path("rosters/<slug:desk>/<month:month>/versions/", views.versions, name="versions"),
    path("rosters/<slug:desk>/<month:month>/print/", views.paper, name="print"),
    path("rosters/<slug:desk>/<month:month>/roster.xlsx", views.spreadsheet, name="xlsx"),
    path("rosters/<slug:desk>/<month:month>/submit/", views.submit, name="submit"),
    path("rosters/<slug:desk>/<month:month>/approve/", views.approve, name="approve"),
    path("rosters/<slug:desk>/<month:month>/return/", views.return_roster, name="return"),
    path("rosters/<slug:desk>/<month:month>/report/", views.report, name="report"),
    path("rosters/<slug:desk>/<month:month>/review/", views.review_and_report, name="review"),
]
