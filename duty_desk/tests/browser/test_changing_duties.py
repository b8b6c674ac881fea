"""A swap on two phones, and a sick call half an hour before, in two taps, in both languages (A13, A23)."""

import pytest
from playwright.sync_api import expect

from duty_desk.tests.browser.conftest import Stage
from duty_desk.tests.browser.test_signing_on_the_phone import fits
from rosters.models import Duty, EmptyDuty, Swap
from rosters.queries import duties_ahead, takers_of

pytestmark = pytest.mark.browser


@pytest.mark.clause("A13")
@pytest.mark.parametrize("stage", ["en", "zh-hans"], indirect=True)
def test_a_swap_on_the_phone_and_a_sick_call_in_two_taps(stage: Stage) -> None:
    now = stage.at("2026-11-25", "07:30")
    zhou = stage.person("zhou")
    asked = set(Swap.objects.filter(state__in=["requested", "agreed"]).values_list("duty", flat=True))
    own = next(duty for duty in duties_ahead(zhou, stage.desk, now) if (duty.starts_at - now).days >= 1 and duty.pk not in asked)
    taker = next(fit.person for fit in takers_of(stage.desk, own, own.starts_at, own.ends_at, now) if fit.standing.may)

    phone = stage.computer("zhou", width=360)
    stage.go(phone, "/rosters/front/requests/")
    phone.click(f"a[href$='/duties/{own.pk}/swap/']")
    phone.check("input[name=way][value=give]")
    phone.fill("textarea[name=reason]", "家长会")
    phone.click("#swap-form button[type=submit]")
    expect(phone.locator("#swap-form .invalid-feedback")).to_be_visible()
    expect(phone.locator("textarea[name=reason]")).to_have_value("家长会")
    assert fits(phone, 360) == []
    phone.check(f"input[name=people][value='{taker.pk}']")
    phone.click("#swap-form button[type=submit]")
    phone.wait_for_url("**/swaps/*/")
    swap = Swap.objects.get(duty=own)

    other = stage.computer(taker.login, width=360)
    stage.go(other, f"/rosters/front/swaps/{swap.pk}/")
    assert fits(other, 360) == []
    other.click("#agree-form button[type=submit]")
    expect(other.locator("form[action$='/give-back/']")).to_be_visible()

    boss = stage.computer("supervisor", width=360)
    stage.go(boss, "/rosters/front/changes/")
    assert fits(boss, 360) == []
    boss.fill(f"#why-s-{swap.pk}", "同意")
    boss.click(f"#swap-{swap.pk} button[value=approve]")
    boss.wait_for_url("**/swaps/*/")
    assert Duty.objects.get(site_day=own.site_day, shift_code=own.shift_code, person=taker, taken_out_by__isnull=True).brought_in_by is not None

    late = Duty.objects.filter(desk=stage.desk, taken_out_by__isnull=True, starts_at__gt=now).order_by("starts_at", "pk").first()
    assert late is not None
    stage.go(boss, f"/rosters/front/duties/{late.pk}/")
    assert fits(boss, 360) == []
    boss.click("#sick-form button[type=submit]")
    boss.wait_for_url("**/fill/*/")
    assert fits(boss, 360) == []
    boss.locator("#able form[action$='/name/'] button.btn-primary").first.click()
    expect(boss.locator(".tag.good").first).to_be_visible()
    assert EmptyDuty.objects.get(duty=late).state == "filled"
