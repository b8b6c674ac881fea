"""Addresses of handing over, opening and closing a desk, of the supervisor's acts and of paper."""

from django.urls import path

from handover.views import acts, counting, export, page, paper, practice, preparing, records, signing, steps

app_name = "handover"
DESK = "handover/<slug:desk>/"
ONE = DESK + "<int:handover>/"
urlpatterns = [
    path(DESK, page.page, name="page"),
    path(DESK + "prepare/", page.prepare, name="prepare"),
    path(DESK + "start/", page.start, name="start"),
    path(DESK + "open/", page.open_desk, name="open"),
    path(DESK + "close/", page.close_desk, name="close"),
    path(DESK + "blank/", records.blank, name="blank"),
    path(DESK + "paper/", paper.enter, name="paper"),
    path(DESK + "practice/", practice.practise, name="practice"),
    path(DESK + "past/", records.past, name="past"),
    path(DESK + "past/export/", export.export_past, name="export_past"),
    path(DESK + "watch/release/", acts.release, name="release"),
    path(DESK + "watch/relief/", acts.relief, name="relief"),
    path(DESK + "watch/fill/", acts.fill_gap, name="fill_gap"),
    path(DESK + "watch/take-over/", acts.take_over, name="take_over"),
    path(ONE, records.record, name="record"),
    path(ONE + "print/", records.printed, name="print"),
    path(ONE + "content/", records.content, name="content"),
    path(ONE + "refresh/", steps.refresh, name="refresh"),
    path(ONE + "matters/<int:matter>/tell/", steps.tell, name="tell"),
    path(ONE + "matters/<int:matter>/acknowledge/", steps.acknowledge, name="acknowledge"),
    path(ONE + "matters/<int:matter>/heard/", preparing.heard, name="heard"),
    path(ONE + "summary/", preparing.summary, name="summary"),
    path(ONE + "together/", preparing.together, name="together"),
    path(ONE + "steps/all/", preparing.do_all, name="do_steps"),
    path(ONE + "steps/<int:step>/", preparing.do, name="do_step"),
    path(ONE + "news/all/", preparing.read_all, name="read_all"),
    path(ONE + "news/<int:number>/", preparing.read, name="read_entry"),
    path(ONE + "risk/", preparing.agree, name="agree_to_risk"),
    path(ONE + "questions/", steps.ask, name="ask"),
    path(ONE + "questions/<int:question>/", steps.answer, name="answer"),
    path(ONE + "rest/", steps.acknowledge_rest, name="acknowledge_rest"),
    path(ONE + "counts/all/", counting.count_all, name="count_all"),
    path(ONE + "counts/sheet/", counting.count_sheet, name="count_sheet"),
    path(ONE + "counts/<int:line>/", counting.count, name="count"),
    path(ONE + "checks/all/", counting.check_all, name="check_all"),
    path(ONE + "checks/<int:line>/", counting.check, name="check"),
    path(ONE + "checks/<int:line>/answer/", counting.answer_check, name="answer_check"),
    path(ONE + "remarks/", steps.remarks, name="remarks"),
    path(ONE + "reservations/", steps.reservations, name="reservations"),
    path(ONE + "sign/<slug:side>/", signing.sign, name="sign"),
    path(ONE + "refuse/", signing.refuse, name="refuse"),
    path(ONE + "suspend/", acts.suspend, name="suspend"),
    path(ONE + "resume/", acts.resume, name="resume"),
    path(ONE + "cancel/", acts.cancel, name="cancel"),
    path(ONE + "refusals/<int:refusal>/decide/", acts.decide, name="decide"),
]
