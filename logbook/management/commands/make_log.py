"""`manage.py make_log --desk front --count 100000`: many entries for benches and drills, never in production.

Rows go in by COPY, in the order of their numbers, through the same trigger as every entry: numbers, commitments and
digests are the database's, and `verify_log` holds afterwards.
"""

import io
import json
import random
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from desks.models import Desk, EntryKind, Person
from desks.queries import duty_pool
from logbook.actions import book_of, hold_books
from logbook.folding import VERSION, folded, search_text
from logbook.rules import searched_parts

CHUNK = 5000
COLUMNS = (
    "id", "book_id", "number", "leaf", "author_id", "act", "code", "kind", "kind_version", "audience", "occurred_at", "late",
    "source", "place", "urgency", "handler", "due_at", "reason", "refers_to_id", "root_id", "follow_state", "waiting_for",
    "next_step", "severity", "result", "fields", "personal", "request_digest", "intake",
)
WRITTEN = "".join(f"{{{name}}}\t" for name in COLUMNS).rstrip("\t") + "\n"
SUBJECTS = {
    "enquiry": [("咨询{thing}，已告知{told}。", "Asked about {thing_en}; told {told_en}."), ("来电询问{thing}，已答复。", "Call about {thing_en}, answered.")],
    "repair": [("{place}反映{fault}，已通知{dept}，{worker}约{minutes}分钟后到场。", "{place}: {fault_en}; {dept_en} told, {worker} comes in {minutes} minutes."), ("{place}{fault}复查，{worker}已到现场。", "{place}: {fault_en} looked at again, {worker} is there.")],
    "complaint": [("{place}投诉{noise}，已请秩序维护部核实。", "{place} complains about {noise_en}; security asked to check.")],
    "visitor": [("{guest}到访{place}，电话确认后放行。", "{guest} to {place}; let in after a call.")],
    "parcel": [("代收{place}快递{minutes}件，存 A-{minutes} 架，已电话通知。", "{minutes} parcels for {place}, shelf A-{minutes}, called.")],
    "help": [("协助{place}住户{help}。", "Helped a resident of {place} to {help_en}.")],
    "item": [("备用钥匙 {minutes} 号由{worker}借用，已归还。", "Spare key {minutes} lent to {worker}, back again.")],
    "message": [("请转告{worker}：{thing}一事请回电。", "For {worker}: please call back about {thing_en}.")],
    "patrol": [("巡查 B{minutes} 区，{fault}，已报修。", "Round of B{minutes}: {fault_en}, reported.")],
    "service": [("{place}预约{help}，已登记。", "{place} booked help to {help_en}.")],
    "other": [("{thing}通知已张贴于{minutes}栋大堂。", "Notice about {thing_en} put up in lobby {minutes}.")],
}
WORDS = {
    "thing": [("停车收费", "parking fees"), ("门禁卡补办", "a new access card"), ("装修申请", "renovation permits"), ("物业费缴纳", "paying the fee"), ("儿童泳池开放时间", "the pool's hours"), ("年检合同", "the inspection contract")],
    "told": [("携带租约到前台", "to bring the lease"), ("首 30 分钟免费", "that 30 minutes are free"), ("可在公众号办理", "that it can be done online")],
    "fault": [("厨房水管渗漏", "a leaking kitchen pipe"), ("客厅跳闸", "a tripped breaker"), ("大堂感应门不闭合", "a door that stays open"), ("空调外机异响", "a noisy outdoor unit"), ("照明不亮", "a light that is out"), ("卫生间下水慢😀", "a slow drain 😀")],
    "noise": [("楼上装修噪音", "noise from above"), ("电动车充电占道", "scooters in the way"), ("犬只未牵绳", "a dog without a leash")],
    "help": [("搬运行李", "carry luggage"), ("联系开锁", "find a locksmith"), ("借用轮椅", "borrow a wheelchair")],
    "dept": [("工程维修部", "engineering"), ("秩序维护部", "security"), ("环境部", "cleaning")],
}
NAMES = ["老张", "王师傅", "李工", "小陈", "Mr. Wong", "刘师傅"]
GUESTS = ["张伟", "送水工", "装修公司李工等三人", "Mrs. Chan"]
CUSTOMERS = ["李先生", "王女士", "陈太太", "Mrs. Wong", "张小姐", ""]
# What is said at the end of some entries: how often, in which part of the time, Chinese, English.
TAILS = [
    (0.22, 0, 1, "如需帮助请随时联系客服前台。", "The desk can be called at any time."),
    (0.2, 0, 0.34, "已查验健康码。", "Health code checked."),
    (0.03, 0, 0.67, "恒信电梯公司已来人。", "Evergood Lifts has come."),
    (0.008, 0, 1, "门禁卡已停用。", "The access card is blocked."),
    (0.001, 0, 1, "烟感误报，已复位。", "Smoke detector reset after a false alarm."),
    (0.0004, 0, 1, "消防水泵房积水，已抽干。", "The sprinkler pump room was flooded, now dry."),
    (0.0002, 0, 1, "欧阳修来电致谢。", "Ouyang Xiu called to thank."),
]
RESULTS = ["已办结", "Settled.", "已修复，业主确认。", "Explained, settled."]


class Command(BaseCommand):
    help = "Fills a desk's log with made-up entries for a bench or a drill; refuses in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose log, how many, over how long."""
        parser.add_argument("--desk", required=True)
        parser.add_argument("--count", type=int, default=100_000)
        parser.add_argument("--days", type=int, default=365, help="over how many days the entries are spread")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the entries, five thousand to a transaction, and says how quick it was."""
        if settings.MODE == "production":
            raise CommandError("Made-up entries have no place in a production database.")
        desk = Desk.objects.select_related("site", "settings").filter(slug=options["desk"]).first()
        if desk is None:
            raise CommandError("There is no desk of this address.")
        now = timezone.now()
        people = list(duty_pool(desk, now))
        if not people:
            raise CommandError("Nobody is on duty at this desk who could have written the entries.")
        begun, count = time.monotonic(), options["count"]
        maker = _Maker(desk=desk, people=people, count=count, days=options["days"], seed=options["seed"], now=now)
        for first in range(0, count, CHUNK):
            self._write(desk, maker, min(CHUNK, count - first))
        took = time.monotonic() - begun
        self.stdout.write(f"{count} entries in {took:.1f} s, {count / max(took, 0.001):.0f} a second.")

    @transaction.atomic
    def _write(self, desk: Desk, maker: "_Maker", count: int) -> None:
        book = book_of(desk)
        hold_books(book)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('logbook_entry', 'id')) FROM generate_series(1, %s)", [count])
            ids = [row[0] for row in cursor.fetchall()]
            lines = "".join(WRITTEN.format(**row) for row in maker.rows(ids, book.pk))
            cursor.copy_expert(f"COPY logbook_entry ({', '.join(COLUMNS)}) FROM STDIN", io.StringIO(lines))  # type: ignore[attr-defined]


class _Maker:
    """Makes rows in COPY's form: mostly plain entries, some matters that are closed later, corrections, additions."""

    def __init__(self, *, desk: Desk, people: list[Person], count: int, days: int, seed: int, now: datetime) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.kinds = {kind.code: kind for kind in EntryKind.objects.filter(desk=desk, current=True) if kind.code in SUBJECTS}
        self.codes = list(self.kinds)
        self.people = [person.pk for person in people]
        self.count = max(count, 1)
        self.start, self.step, self.made = now - timedelta(days=days), timedelta(days=days) / self.count, 0
        self.open: list[tuple[int, str]] = []

    def rows(self, ids: list[int], book: int) -> Iterator[dict[str, Any]]:
        """One row for each id, in order; only earlier rows are referred to."""
        earlier: list[tuple[int, str]] = []
        for pk in ids:
            self.made += 1
            row = self._blank(pk, book, self.start + self.step * self.made)
            chance = self.random.random()
            if chance < 0.12 and len(self.open) > 60:
                self._close(row, self.open.pop(self.random.randrange(len(self.open))))
            elif chance < 0.15 and earlier:
                self._answer(row, self.random.choice(earlier))
            else:
                self._entry(row)
                earlier = [*earlier[-50:], (pk, row["kind"])]
                if row["follow_state"]:
                    self.open.append((pk, row["kind"]))
            yield row

    def _blank(self, pk: int, book: int, occurred: datetime) -> dict[str, Any]:
        row = dict.fromkeys(COLUMNS, "")
        empty = dict.fromkeys(("due_at", "refers_to_id", "root_id", "kind_version"), "\\N")
        return row | empty | {
            "id": pk, "book_id": book, "number": 0, "author_id": self.random.choice(self.people), "audience": "staff",
            "occurred_at": occurred.astimezone(UTC).isoformat(), "late": "f", "fields": "{}", "personal": "{}",
        }

    def _entry(self, row: dict[str, Any]) -> None:
        code = self.random.choice(self.codes)
        kind = self.kinds[code]
        place = f"{self.random.randint(1, 12)}栋{self.random.randint(1, 33)}{self.random.randint(1, 8):02}"
        row |= {"act": "entry", "kind": code, "kind_version": kind.version, "urgency": kind.urgency, "place": place}
        row["source"] = self.random.choice(["phone", "desk", "chat", "radio", "round"])
        if kind.makes_follow_up and self.random.random() < 0.3:
            due = datetime.fromisoformat(row["occurred_at"]) + timedelta(minutes=kind.due_minutes)
            row |= {"follow_state": "open", "handler": kind.handler, "due_at": due.isoformat()}
        elif kind.makes_follow_up:
            row["result"] = self.random.choice(RESULTS)
        chinese, english = self.random.choice(SUBJECTS[code])
        values = {
            "place": place, "minutes": self.random.randint(1, 40), "worker": self.random.choice(NAMES),
            "guest": self.random.choice(GUESTS),
        }
        for name, words in WORDS.items():
            values[name], values[f"{name}_en"] = self.random.choice(words)
        in_chinese = self.random.random() < 0.7
        text = (chinese if in_chinese else english).format(**values) + self._tail(in_chinese)
        customer = self.random.choice(CUSTOMERS)
        phone = f"138{self.random.randint(0, 99_999_999):08}" if customer and self.random.random() < 0.6 else ""
        self._say(row, text, {"customer": customer, "phone": phone})

    def _tail(self, in_chinese: bool) -> str:
        for chance, begin, end, chinese, english in TAILS:
            if self.random.random() < chance and begin <= self.made / self.count <= end:
                return chinese if in_chinese else f" {english}"
        return ""

    def _close(self, row: dict[str, Any], matter: tuple[int, str]) -> None:
        pk, kind = matter
        row |= {"act": "follow_up", "kind": kind, "kind_version": self.kinds[kind].version, "refers_to_id": pk, "root_id": pk}
        row |= {"follow_state": "closed", "result": self.random.choice(RESULTS)}
        self._say(row, "", {})

    def _answer(self, row: dict[str, Any], answered: tuple[int, str]) -> None:
        pk, kind = answered
        row |= {"act": self.random.choice(["correction", "addition"]), "kind": kind, "kind_version": self.kinds[kind].version}
        row |= {"refers_to_id": pk, "root_id": pk, "reason": "slip" if row["act"] == "correction" else ""}
        self._say(row, self.random.choice(["房号更正，其余不变。", "业主来电补充：下午三点后在家。", "Unit corrected.", "Came back at 15:00."]), {})

    def _say(self, row: dict[str, Any], text: str, personal: dict[str, str]) -> None:
        kept = {name: row[name] for name in ("act", "code", "place", "result", "next_step", "handler", "waiting_for")}
        intake = {
            "text": text, "search": search_text(searched_parts(text=text, fields={}, **kept)), "folding": VERSION,
            "personal": {name: value for name, value in personal.items() if value}, "named": folded(personal.get("customer", "")),
        }
        row["intake"] = json.dumps(intake, ensure_ascii=False).replace("\\", "\\\\")
