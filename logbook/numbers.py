"""Numbers that a text holds: identity documents, which are not kept, and phones, which have a field (A17, A20).

Pure functions. On reading they are masked. The composer finds phones in the same way (static/duty_desk/composer.js).
"""

import re
from collections.abc import Callable
from datetime import date

from desks.templatetags.desks_tags import masked_phone

# Digits in groups, as people write them: 440103 19900307 2876. Nothing of it may be a part of a longer number or word.
_GAP = r"[ \-\u2010-\u2013]?"
IDENTITY_18 = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx](?![0-9A-Za-z])")
IDENTITY_15 = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{_GAP}[0-9]){{14}}(?![0-9A-Za-z])")
# Passports and permits only beside the word that says so: the form alone is that of many order numbers.
DOCUMENT = re.compile(
    r"(?:护照|護照|通行证|通行證|回乡证|回鄉證|台胞证|台胞證|passport|permit)[^0-9A-Za-z\n]{0,6}(?:no\.?|number|号码|號碼|号|號)?[^0-9A-Za-z\n]{0,4}"
    r"([A-Z]{1,2}[0-9]{7,10})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+|00)86[ \-]?)?1[3-9][0-9](?:[ \-]?[0-9]{4}){2}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])\(?0[1-9][0-9]{1,2}\)?[ \-]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])(?:\+|00)85[23][ \-]?[2-9][0-9]{3}[ \-]?[0-9]{4}(?![0-9A-Za-z])"
)
# A word for a code with the code beside it, which holds a digit: 门禁码 4471#, password: Sun2030. A word alone is no secret.
SECRET = re.compile(
    r"(?:密码|密碼|口令|验证码|驗證碼|(?:门禁|門禁|开门|開門|解锁|解鎖)[码碼]|password|passcode|(?:door|access|entry) code|(?<![A-Za-z])PIN(?: code)?)"
    r"(?:\s?(?:是|为|為|is))?[\s:：=＝]{0,3}(?=[A-Za-z#*]{0,11}[0-9])[0-9A-Za-z#*]{3,}",
    re.IGNORECASE,
)
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# The first two digits: mainland provinces, Taiwan, Hong Kong and Macau, and foreigners' residence permits (9).
PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, *range(91, 100),
}


def identity_numbers_in(text: str) -> list[tuple[int, int]]:
    """Where identity numbers stand in the text, as pairs of begin and end, in order.

    One of 18 characters counts when its checksum, its province and its day of birth fit; one of 15 by the last two.
    """
    narrow = _narrow(text)
    found = [match.span() for match in IDENTITY_18.finditer(narrow) if _is_identity_18(_bare(match.group()))]
    found += [match.span() for match in IDENTITY_15.finditer(narrow) if _is_identity_15(_bare(match.group()))]
    found += [match.span(1) for match in DOCUMENT.finditer(narrow)]
    return sorted(found)


def without_identity_numbers(text: str, word: Callable[[str], str]) -> str:
    """The text with `word` of its last four characters in the place of each identity number."""
    for begin, end in reversed(identity_numbers_in(text)):
        text = text[:begin] + word(ending_of(text[begin:end])) + text[end:]
    return text


def ending_of(number: str) -> str:
    """The last four characters of a number, which is the most of it that is kept."""
    return _bare(_narrow(number))[-4:]


def names_a_secret(text: str) -> bool:
    """Whether a door code, a password or the like stands in the text beside the word for it."""
    return SECRET.search(_narrow(text)) is not None


def phone_in(text: str) -> str:
    """The first phone number that the text names, as it is written there; empty where it names none."""
    return next(iter(phones_in(text)), "")


def phones_in(text: str) -> list[str]:
    """Every phone number that the text names, as it is written there, each once and in order."""
    return list(dict.fromkeys(text[found.start() : found.end()] for found in PHONE.finditer(_narrow(text))))


def masked_in(text: str) -> str:
    """The text with every phone number in it masked as one in its own field is (I8)."""
    for number in phones_in(text):
        text = text.replace(number, masked_phone(number))
    return text


def unmasked_by(text: str, original: str) -> str:
    """The text with each number that stands masked in it as the original says it: what is sent back from a masked page loses nothing."""
    for number in phones_in(original):
        text = text.replace(masked_phone(number), number)
    return text


def _narrow(text: str) -> str:
    """Full-width characters as narrow ones, one for one, so that places stay the same."""
    return text if text.isascii() else text.translate(NARROW)


def _bare(number: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", number).upper()


def _is_identity_18(number: str) -> bool:
    expected = CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]
    return number[17] == expected and int(number[:2]) in PROVINCES and _is_day(number[6:14])


def _is_identity_15(number: str) -> bool:
    return int(number[:2]) in PROVINCES and _is_day("19" + number[6:12])


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False
