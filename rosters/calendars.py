"""Public holidays and make-up working days, from libraries (A6; decision 94). No network, no clock: what the libraries know, they know.

Mainland China's days are decreed each autumn for the year to come (chinesecalendar holds what was decreed); other regions'
follow from rules (holidays).
"""

from datetime import date
from functools import lru_cache

import chinese_calendar
import holidays
from chinese_calendar import constants as decreed

from rosters.rules.days import SATURDAY_AND_SUNDAY, DayKind, Name, PublicDay, PublicYear

MAINLAND = "CN"
_TRADITIONAL = {
    "元旦": "元旦", "春节": "春節", "清明": "清明", "劳动节": "勞動節", "端午": "端午", "国庆节": "國慶節", "中秋": "中秋",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "中國人民抗日戰爭暨世界反法西斯戰爭勝利70周年紀念日",
}


@lru_cache(maxsize=64)
def public_year(region: str, year: int) -> PublicYear:
    """The public calendar of a region's year; of no region an empty one that is complete."""
    if not region:
        return PublicYear(True, {})
    return _mainland(year) if region == MAINLAND else _by_rule(region, year)


def _mainland(year: int) -> PublicYear:
    """What was decreed for mainland China; a year that was not decreed yet, or that the library does not hold, is not published."""
    days: dict[date, PublicDay] = {}
    for kind, found in ((DayKind.HOLIDAY, decreed.holidays), (DayKind.MAKEUP, decreed.workdays)):
        for day, english in found.items():
            if day.year == year:
                chinese = chinese_calendar.Holiday(english).chinese
                days[day] = PublicDay(kind, Name(english, chinese, _TRADITIONAL.get(chinese, chinese)))
    return PublicYear(bool(days), days)


def _by_rule(region: str, year: int) -> PublicYear:
    names: dict[str, dict[date, str]] = {}
    plain = holidays.country_holidays(region, years=year)
    if not plain.start_year <= year <= plain.end_year:
        return PublicYear(False, {})
    languages = {"en": ("en_US", f"en_{region}"), "zh_hans": ("zh_CN",), "zh_hant": ("zh_HK", "zh_TW", "zh_MO")}
    for ours, theirs in languages.items():
        known = next((each for each in theirs if each in plain.supported_languages), None)
        if known is not None:
            names[ours] = dict(holidays.country_holidays(region, years=year, language=known))
    english = names.setdefault("en", dict(plain))
    # Where people rest on other days than Sunday the library's weekend counts; else Saturday is one of it everywhere.
    weekend = SATURDAY_AND_SUNDAY if 6 in plain.weekend else frozenset(plain.weekend)
    days = {
        day: PublicDay(
            DayKind.HOLIDAY, Name(*(names.get(ours, {}).get(day, "") for ours in languages)), "estimated" in english.get(day, "")
        )
        for day in plain
        if day.year == year
    }
    for day in getattr(plain, "weekend_workdays", None) or ():
        if day.year == year and day not in days:
            days[day] = PublicDay(DayKind.MAKEUP, Name())
    return PublicYear(True, days, weekend)
