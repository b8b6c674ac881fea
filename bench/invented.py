"""Instances of the benchmark's form made from a seed, for sizes of which none is at hand."""

import random

LENGTHS = (480, 480, 480, 600, 540, 720, 360, 420, 660, 450)


def instance_text(people: int, weeks: int, shifts: int, seed: int = 0, spare: float = 0.97) -> str:
    """The text of an instance. Cover is drawn so that about `spare` of everybody's minutes are needed.

    Shifts go from early to late; after a later one an earlier one may not follow. A fifth works half time; most may take
    most shifts; a tenth of the days of a few runs is wished or not wished.
    """
    rng = random.Random(seed)
    days = weeks * 7
    codes = [f"S{number}" if shifts > 3 else "EDL"[number] for number in range(shifts)]
    lengths = {code: LENGTHS[number % len(LENGTHS)] if shifts > 3 else 480 for number, code in enumerate(codes)}
    lines = ["SECTION_HORIZON", str(days), "", "SECTION_SHIFTS"]
    lines += [f"{code},{lengths[code]},{'|'.join(codes[:number])}" for number, code in enumerate(codes)]
    lines += ["", "SECTION_STAFF"]
    staff = [f"P{number:03d}" for number in range(people)]
    minutes = 0
    may: dict[str, list[str]] = {}
    for number, key in enumerate(staff):
        part = number % 5 == 4
        most, least = (1080, 600) if part else (2160, 1920)
        may[key] = [code for code in codes if rng.random() < 0.8] or [rng.choice(codes)]
        limit = {code: (days if rng.random() < 0.9 else days // 3) if code in may[key] else 0 for code in codes}
        if sum(limit.values()) < days:
            # A limit on all that somebody may take would leave them fewer duties than their minutes ask for.
            limit[may[key][0]] = days
        minutes += (most + least) // 2 * weeks
        run, brk = (5, 2) if not part else (5, 3)
        pause = brk if rng.random() < 0.3 else 2
        limits = "|".join(f"{code}={times}" for code, times in limit.items())
        lines.append(f"{key},{limits},{most * weeks},{least * weeks},{run},2,{pause},{max(1, weeks // 2)}")
    lines += ["", "SECTION_DAYS_OFF"]
    off = {key: {rng.randrange(days) for _ in range(max(1, weeks // 2))} for key in staff}
    lines += [f"{key},{','.join(map(str, sorted(off[key])))}" for key in staff]
    lines += ["", "SECTION_SHIFT_ON_REQUESTS"]
    for wanted in (True, False):
        if not wanted:
            lines += ["", "SECTION_SHIFT_OFF_REQUESTS"]
        for key in staff:
            for _ in range(weeks if rng.random() < 0.7 else 0):
                begin, code, weight = rng.randrange(days), rng.choice(may[key]), rng.randint(1, 3)
                for day in range(begin, min(days, begin + rng.randint(1, 4))):
                    if day not in off[key]:
                        lines.append(f"{key},{day},{code},{weight}")
    lines += ["", "SECTION_COVER"]
    weights = [rng.uniform(0.6, 1.4) for _ in codes]
    mean = spare * minutes / days
    for day in range(days):
        for code, weight in zip(codes, weights, strict=True):
            asked = mean * weight / sum(weights) / lengths[code] * rng.uniform(0.75, 1.25)
            lines.append(f"{day},{code},{int(asked + rng.random())},100,1")
    return "\n".join(lines) + "\n"
