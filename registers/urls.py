"""Addresses of the registers."""

from django.urls import path

from registers.views import custody, differences, moving

app_name = "registers"
DESK = "registers/<slug:desk>/"
urlpatterns = [
    path(DESK + "custody/", custody.custody, name="custody"),
    path(DESK + "custody/<slug:code>/", custody.item, name="item"),
    path(DESK + "sheet/", custody.sheet, name="sheet"),
    path(DESK + "history/", custody.history, name="history"),
    path(DESK + "history/export/", custody.export_history, name="export_history"),
    path(DESK + "issues/", moving.issue, name="issue"),
    path(DESK + "issues/<int:issue>/back/", moving.back, name="back"),
    path(DESK + "issues/<int:issue>/time/", moving.extend, name="extend"),
    path(DESK + "issues/<int:issue>/gone/", moving.gone, name="gone"),
    path(DESK + "movements/", moving.move, name="move"),
    path(DESK + "differences/<int:difference>/settle/", differences.settle, name="settle"),
    path(DESK + "differences/<int:difference>/explain/", differences.explain, name="explain"),
]
