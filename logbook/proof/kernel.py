"""Whether entries hold, compiled: what `logbook.verify` asks of each row in Python, for the many that are as they should be.

It only ever confirms. A row that it does not confirm need not be wrong: a value erased by rule, a line break in a field or
anything else that is rare is left to the check in Python, which also says what is wrong. SHA-256 is that of the library behind
`hashlib` (docs/decisions/0032). Rows come in the binary form of PostgreSQL's COPY. Compiled once per machine and kept beside
the code.
"""

import _hashlib
from datetime import datetime, timedelta
from typing import Any

import llvmlite.binding
import numpy as np
from numba import njit, types

from logbook.proof.confirming import FIRST_DAY
from logbook.proof.rows import COLUMNS, MOMENTS

# Whatever loads `hashlib` has this library open; its symbols are looked for there.
llvmlite.binding.load_library_permanently(_hashlib.__file__)
_begin: Any = types.ExternalFunction("SHA256_Init", types.intc(types.intp))
_add: Any = types.ExternalFunction("SHA256_Update", types.intc(types.intp, types.intp, types.intp))
_end: Any = types.ExternalFunction("SHA256_Final", types.intc(types.intp, types.intp))
compiled = njit(cache=True, nogil=True)

HASH, HEX, MOMENT, WHOLE = 32, 64, 27, 8
STATE = 256
"""More bytes than the library's state has (112)."""
PAIRS = 64
"""An entry with more named values than so many is left to Python."""
LONGEST_NAME, LONGEST_KEY = 40, 18
SPACE, LINE, QUOTE, COLON, COMMA, BACK, OPENS, CLOSES, DASH, DOT, TIME, ZONE, ZERO, NINE = b' \n":,\\{}-.TZ09'
# What is kept compiled is made anew when this file changes, and no other: what may change elsewhere is handed over. A test holds
# these places to those of `logbook.proof.rows`.
NUMBER, RECORDED_AT, PREVIOUS, DIGEST, LEAF, SECRET, KEPT_DIGEST, KEPT_AT, TEXT, SALT, FIELDS, PERSONAL, FIRST_COLUMN = range(13)
ORDER = sorted(COLUMNS)
PLAN = (
    np.frombuffer("".join(ORDER).encode(), np.uint8), np.cumsum([len(name) for name in ORDER]),
    np.array([FIRST_COLUMN + list(COLUMNS).index(name) for name in ORDER]), np.array([name in MOMENTS for name in ORDER]),
)
"""The columns in the order of their names: the names, where each ends, the columns' places, and which are moments."""
TITLE = np.frombuffer(b"duty-desk-entry/1\n", np.uint8)
TEXT_NAME = np.frombuffer(b"text", np.uint8)
DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
HEADER = np.frombuffer(b"PGCOPY\n\xff\r\n\0" + bytes(8), np.uint8)
# Years have four digits here.
MICROSECOND = timedelta(microseconds=1)
EARLIEST = (datetime.min - FIRST_DAY) // MICROSECOND  # noqa: DTZ901
LATEST = (datetime.max - FIRST_DAY) // MICROSECOND  # noqa: DTZ901
NAME, NAME_SIZE, VALUE, VALUE_SIZE = range(4)
OWN_KEY, OWN_NAME, OWN_VALUE, OWN_SALT, OWN_WIDTH = range(5)


@compiled
def _whole(data, at, size):
    """A whole number, highest byte first."""
    value = np.int64(data[at])
    if value > 127:
        value -= 256
    for n in range(1, size):
        value = (value << 8) | data[at + n]
    return value


@compiled
def _cells(data, at, width, begins, sizes):
    """Where the cells of the row at a place begin and how long they are (-1: NULL); gives what follows it, or -1 where none is."""
    if at + 2 > len(data) or _whole(data, at, 2) != width:
        return -1
    at += 2
    for n in range(width):
        if at + 4 > len(data):
            return -1
        size = _whole(data, at, 4)
        begins[n], sizes[n] = at + 4, size
        at += 4 + max(size, 0)
    return at if at <= len(data) else -1


@compiled
def _begins_well(data):
    return len(data) >= len(HEADER) and _same(data, 0, HEADER, 0, len(HEADER))


@compiled
def laid_out(data, width):
    """Where the cells of all rows begin and how long they are; of a form that is not COPY's, none."""
    rows, at = 0, len(HEADER) if _begins_well(data) else len(data)
    begins, sizes = np.empty(width, np.int64), np.empty(width, np.int64)
    while True:
        at = _cells(data, at, width, begins, sizes)
        if at < 0:
            break
        rows += 1
    every_begin, every_size = np.empty((rows, width), np.int64), np.empty((rows, width), np.int64)
    at = len(HEADER)
    for row in range(rows):
        at = _cells(data, at, width, every_begin[row], every_size[row])
    return every_begin, every_size


@compiled
def _copy(one, at, other, place, length):
    for n in range(length):
        one[at + n] = other[place + n]


@compiled
def _same(one, at, other, place, length):
    for n in range(length):  # noqa: SIM110  what is compiled knows no generators
        if one[at + n] != other[place + n]:
            return False
    return True


@compiled
def _compare(one, at, size, other, place, length):
    """Below nought, nought or above it as one run of bytes comes before, is or comes after the other."""
    for n in range(min(size, length)):
        if one[at + n] != other[place + n]:
            return -1 if one[at + n] < other[place + n] else 1
    return size - length


@compiled
def _is_hex_of(data, at, other, place):
    """Whether 64 bytes are the hash in lower-case hex."""
    for n in range(HASH):
        byte = other[place + n]
        if data[at + 2 * n] != DIGITS[byte >> 4] or data[at + 2 * n + 1] != DIGITS[byte & 15]:
            return False
    return True


@compiled
def _decimal(value, into, at, size):
    for n in range(at + size - 1, at - 1, -1):
        into[n] = ZERO + value % 10
        value //= 10


@compiled
def _digits_of(value):
    size, rest = 1, value // 10
    while rest:
        size, rest = size + 1, rest // 10
    return size


@compiled
def _moment(value, into):
    """Writes a moment as the record does; False, and nothing of use, where its year has not four digits."""
    if value < EARLIEST or value > LATEST:
        return False
    day, rest = value // 86_400_000_000, value % 86_400_000_000
    # Days of the calendar that goes on for ever, counted from 1 March of the year 0, in eras of 400 years.
    day += 730_425
    era, of_era = day // 146_097, day % 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    _decimal(of_year - (153 * month + 2) // 5 + 1, into, 8, 2)
    _decimal(month + 3 if month < 10 else month - 9, into, 5, 2)
    _decimal(year + 400 * era + (0 if month < 10 else 1), into, 0, 4)
    _decimal(rest // 3_600_000_000, into, 11, 2)
    _decimal(rest // 60_000_000 % 60, into, 14, 2)
    _decimal(rest // 1_000_000 % 60, into, 17, 2)
    _decimal(rest % 1_000_000, into, 20, 6)
    into[4], into[7], into[10], into[13], into[16], into[19], into[26] = DASH, DASH, TIME, COLON, COLON, DOT, ZONE
    return True


@compiled
def _quoted(data, at, end):
    """Where a text in quotation marks ends, its mark included; -1 where none begins, or one with an escape."""
    if at < 0 or at >= end or data[at] != QUOTE:
        return -1
    at += 1
    while at < end and data[at] != QUOTE and data[at] != BACK:
        at += 1
    return at + 1 if at < end and data[at] == QUOTE else -1


@compiled
def _counted(data, at, end):
    """Where a whole number ends; -1 where none begins, or one with more digits than a key has."""
    begun = at
    while 0 <= at < end and ZERO <= data[at] <= NINE:
        at += 1
    return at if 1 <= at - begun <= LONGEST_KEY else -1


@compiled
def _after(data, at, end, mark):
    """What follows a mark and a space; -1 where they are not there."""
    return at + 2 if at >= 0 and at + 2 <= end and data[at] == mark and data[at + 1] == SPACE else -1


@compiled
def _pairs(data, at, size, quoted, found):
    """Where names and values of a plain object stand; -1 where it is not plain. Values are texts if `quoted`, else whole numbers."""
    end = at + size - 1
    if size < 2 or data[at] != OPENS or data[end] != CLOSES:
        return -1
    count, at, mark = 0, at + 1, 1 if quoted else 0
    while at < end:
        if count:
            at = _after(data, at, end, COMMA)
        name_end = _quoted(data, at, end)
        value = _after(data, name_end, end, COLON)
        value_end = _quoted(data, value, end) if quoted else _counted(data, value, end)
        if value_end < 0 or count == PAIRS:
            return -1
        found[count, NAME], found[count, NAME_SIZE] = at + 1, name_end - at - 2
        found[count, VALUE], found[count, VALUE_SIZE] = value + mark, value_end - value - 2 * mark
        count, at = count + 1, value_end
    return count


@compiled
def _derived(state, secret, size, salted):
    """Puts the salt of an ordinary field before its name; the name stands behind the secret too."""
    _begin(state.ctypes.data)
    _add(state.ctypes.data, secret.ctypes.data, HASH + size)
    _end(salted.ctypes.data, state.ctypes.data)


@compiled
def _commitment(state, salted, size, values, at, length, out):
    """The commitment to a value; salt and name stand in `salted`, with room for both lengths."""
    salted[HASH], salted[HASH + 1] = 0, size
    for n in range(4):
        salted[HASH + 2 + size + n] = (length >> (24 - 8 * n)) & 255
    _begin(state.ctypes.data)
    _add(state.ctypes.data, salted.ctypes.data, HASH + size + 6)
    _add(state.ctypes.data, values.ctypes.data + at, length)
    _end(out.ctypes.data, state.ctypes.data)


@compiled
def _personal(scratch, data, pair, own):
    """Whether the personal value that an entry points at stands under this name; its commitment is in `out` then."""
    state, _secret, salted, out, _moment_said, _named, _persons = scratch
    stands, every_begin, every_size, keys = own
    key = np.int64(0)
    for n in range(pair[VALUE_SIZE]):
        key = key * 10 + data[pair[VALUE] + n] - ZERO
    row = np.searchsorted(keys, key)
    if row == len(keys) or keys[row] != key:
        return False
    begins, sizes = every_begin[row], every_size[row]
    if sizes[OWN_NAME] != pair[NAME_SIZE] or not _same(stands, begins[OWN_NAME], data, pair[NAME], pair[NAME_SIZE]):
        return False
    if sizes[OWN_SALT] != HASH or sizes[OWN_VALUE] < 0:
        return False
    _copy(salted, 0, stands, begins[OWN_SALT], HASH)
    _commitment(state, salted, pair[NAME_SIZE], stands, begins[OWN_VALUE], sizes[OWN_VALUE], out)
    return True


@compiled
def _column_of(plan, data, name_at, size, column, sizes):
    """The column of a name among those from one on: the next one to look at, whether it is there, and whether all before it are empty."""
    names, name_ends, places, _moments = plan
    while column < len(places):
        begins = name_ends[column - 1] if column else 0
        order = _compare(names, begins, name_ends[column] - begins, data, name_at, size)
        present = sizes[places[column]] > 0
        if order == 0:
            return column + 1, present, True
        if order > 0 or present:
            return column, False, order > 0
        column += 1
    return column, False, True


@compiled
def _column_said(plan, scratch, data, begins, sizes, column, size):
    """Whether the value of a column can be committed to; its commitment is in `out` then."""
    state, secret, salted, out, moment, _named, _persons = scratch
    _names, _name_ends, places, moments = plan
    at, length = begins[places[column]], sizes[places[column]]
    _derived(state, secret, size, salted)
    if not moments[column]:
        _commitment(state, salted, size, data, at, length, out)
        return True
    if length != WHOLE or not _moment(_whole(data, at, WHOLE), moment):
        return False
    _commitment(state, salted, size, moment, 0, MOMENT, out)
    return True


@compiled
def _value_said(scratch, data, begins, sizes, name_at, size, counts, own):
    """Whether exactly one of named values, personal values and text has a name; its commitment is in `out` then."""
    state, secret, salted, out, _moment_said, named, personal = scratch
    several, persons, texts = counts
    found = 0
    for n in range(several):
        if named[n, NAME_SIZE] == size and _same(data, named[n, NAME], data, name_at, size):
            _derived(state, secret, size, salted)
            _commitment(state, salted, size, data, named[n, VALUE], named[n, VALUE_SIZE], out)
            found += 1
    for n in range(persons):
        if personal[n, NAME_SIZE] == size and _same(data, personal[n, NAME], data, name_at, size):
            if not _personal(scratch, data, personal[n], own):
                return False
            found += 1
    if texts and size == len(TEXT_NAME) and _same(data, name_at, TEXT_NAME, 0, size):
        if sizes[SALT] != HASH:
            return False
        _copy(salted, 0, data, begins[SALT], HASH)
        _commitment(state, salted, size, data, begins[TEXT], sizes[TEXT], out)
        found += 1
    return found == 1


@compiled
def _lines_hold(plan, scratch, data, begins, sizes, at, own):
    """Whether the lines of a leaf from `at` on commit to what stands in the row, to all of it and to nothing else."""
    _state, secret, salted, out, _moment_said, named, personal = scratch
    end = begins[LEAF] + sizes[LEAF]
    several = _pairs(data, begins[FIELDS], sizes[FIELDS], True, named)
    persons = _pairs(data, begins[PERSONAL], sizes[PERSONAL], False, personal)
    if sizes[SECRET] != HASH or several < 0 or persons < 0:
        return False
    _copy(secret, 0, data, begins[SECRET], HASH)
    counts = several, persons, 1 if sizes[TEXT] >= 0 else 0
    left, column, before_at, before_size = counts[0] + counts[1] + counts[2], 0, 0, 0
    while at < end:
        name_at = at
        while at < end and data[at] != SPACE:
            at += 1
        size = at - name_at
        if not 1 <= size <= LONGEST_NAME or at + HEX + 2 > end or data[at + HEX + 1] != LINE:
            return False
        if before_size and _compare(data, before_at, before_size, data, name_at, size) >= 0:
            return False
        before_at, before_size = name_at, size
        _copy(secret, HASH, data, name_at, size)
        _copy(salted, HASH + 2, data, name_at, size)
        column, present, well = _column_of(plan, data, name_at, size, column, sizes)
        if present:
            well = _column_said(plan, scratch, data, begins, sizes, column - 1, size)
        elif well:
            well = _value_said(scratch, data, begins, sizes, name_at, size, counts, own)
            left -= 1
        if not well or not _is_hex_of(data, at + 1, out, 0):
            return False
        at += HEX + 2
    for place in plan[2][column:]:
        if sizes[place] > 0:
            return False
    return left == 0


@compiled
def _row_holds(plan, scratch, data, begins, sizes, origin, number, previous, last_time, own):
    """Whether a row is the entry of this number after one with this digest and time."""
    state, _secret, _salted, out, moment, _named, _persons = scratch
    for place in (NUMBER, RECORDED_AT, KEPT_AT):
        if sizes[place] != WHOLE:
            return False
    for place in (PREVIOUS, DIGEST, KEPT_DIGEST):
        if sizes[place] != HASH:
            return False
    recorded = _whole(data, begins[RECORDED_AT], WHOLE)
    if _whole(data, begins[NUMBER], WHOLE) != number or _whole(data, begins[KEPT_AT], WHOLE) != recorded:
        return False
    if recorded < last_time or not _moment(recorded, moment) or not _same(data, begins[PREVIOUS], previous, 0, HASH):
        return False
    at, size = begins[LEAF], _digits_of(number)
    head = len(TITLE) + len(origin) + 1 + size + 1 + MOMENT + 1 + HEX + 1
    if sizes[LEAF] < head or not _same(data, at, TITLE, 0, len(TITLE)):
        return False
    _begin(state.ctypes.data)
    out[0] = 0
    _add(state.ctypes.data, out.ctypes.data, 1)
    _add(state.ctypes.data, data.ctypes.data + at, sizes[LEAF])
    _end(out.ctypes.data, state.ctypes.data)
    if not _same(data, begins[DIGEST], out, 0, HASH) or not _same(data, begins[KEPT_DIGEST], out, 0, HASH):
        return False
    at += len(TITLE)
    if not _same(data, at, origin, 0, len(origin)) or data[at + len(origin)] != LINE:
        return False
    at += len(origin) + 1
    _decimal(number, out, 0, size)
    if not _same(data, at, out, 0, size) or data[at + size] != LINE:
        return False
    at += size + 1
    if not _same(data, at, moment, 0, MOMENT) or data[at + MOMENT] != LINE:
        return False
    at += MOMENT + 1
    if not _is_hex_of(data, at, previous, 0) or data[at + HEX] != LINE:
        return False
    return _lines_hold(plan, scratch, data, begins, sizes, at + HEX + 1, own)


@compiled
def nodes(block):
    """The complete nodes above hashes that stand joined in `block`, level by level, the hashes first, all joined (RFC 6962)."""
    count = len(block) // HASH
    made, state, pair = np.empty(2 * len(block), np.uint8), np.empty(STATE, np.uint8), np.empty(1 + 2 * HASH, np.uint8)
    _copy(made, 0, block, 0, len(block))
    pair[0] = 1
    below, end = 0, len(block)
    while count > 1:
        count //= 2
        above = end
        for n in range(count):
            _copy(pair, 1, made, below + 2 * HASH * n, 2 * HASH)
            _begin(state.ctypes.data)
            _add(state.ctypes.data, pair.ctypes.data, len(pair))
            _end(made.ctypes.data + end, state.ctypes.data)
            end += HASH
        below = above
    return made[:end]


@compiled
def confirmed(plan, data, origin, first, previous, last_time, own):
    """Of each row whether it holds after the one before it, the first one after `previous` and `last_time` (in microseconds of
    PostgreSQL), and whether their numbers follow one another from `first` on. What the last row says is in `previous` then, its time
    the third result.

    `plan` is `PLAN`, `data` the rows; `own` are the personal values that the entries point at: key, name, value and salt, in the order of their keys.
    """
    own_begins, own_sizes = laid_out(own, OWN_WIDTH)
    keys = np.empty(len(own_begins), np.int64)
    for row in range(len(keys)):
        keys[row] = _whole(own, own_begins[row, OWN_KEY], WHOLE)
    scratch = (
        np.empty(STATE, np.uint8), np.empty(HASH + LONGEST_NAME, np.uint8), np.empty(HASH + LONGEST_NAME + 6, np.uint8), np.empty(HASH, np.uint8),
        np.empty(MOMENT, np.uint8), np.empty((PAIRS, 4), np.int64), np.empty((PAIRS, 4), np.int64),
    )
    width = FIRST_COLUMN + len(plan[2])
    begins, sizes = np.empty(width, np.int64), np.empty(width, np.int64)
    # No row is shorter than the lengths of its cells.
    sure = np.zeros(len(data) // (4 * width), np.bool_)
    row, in_order = 0, True
    at = len(HEADER) if _begins_well(data) else len(data)
    while in_order:
        at = _cells(data, at, width, begins, sizes)
        if at < 0:
            break
        number = first + row
        sure[row] = _row_holds(plan, scratch, data, begins, sizes, origin, number, previous, last_time, (own, own_begins, own_sizes, keys))
        # What follows a row without digest or time cannot be asked of it.
        in_order = sure[row] or (
            sizes[NUMBER] == WHOLE and _whole(data, begins[NUMBER], WHOLE) == number and sizes[DIGEST] == HASH and sizes[RECORDED_AT] == WHOLE
        )
        if in_order:
            _copy(previous, 0, data, begins[DIGEST], HASH)
            last_time = _whole(data, begins[RECORDED_AT], WHOLE)
        row += 1
    return sure[:row], in_order, last_time
