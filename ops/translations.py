"""Translations: `update` collects the texts of the code, `check` says what is missing, and every start compiles what changed.

Collecting needs GNU gettext; compiling is Babel's, so that `make run` needs no more than the packages. The Traditional
texts that nobody has written yet come from the Simplified ones by OpenCC (Hong Kong's forms).
"""

import functools
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ops.machine import ROOT

LOCALES = ("zh_Hans", "zh_Hant")


HEADER = """# Texts of duty_desk.
msgid ""
msgstr ""
"Project-Id-Version: duty_desk\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


def po_file(locale: str, root: Path = ROOT) -> Path:
    """Where a language's texts stand."""
    return root / "locale" / locale / "LC_MESSAGES" / "django.po"


def read(locale: str, root: Path = ROOT) -> Catalog:
    """A language's texts."""
    with open(po_file(locale, root), "rb") as file:
        return read_po(file, locale=locale)


def compile_all() -> int:
    """Compiles each language whose texts are newer than what is compiled; how many there were."""
    made = 0
    for locale in LOCALES:
        source = po_file(locale)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
            catalog = read(locale)
            with open(target, "wb") as file:
                write_mo(file, catalog)
            made += 1
    return made


def _collect(root: Path) -> None:
    """Brings the texts under `root` up to the code under it."""
    for locale in LOCALES:
        target = po_file(locale, root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            target.write_text(HEADER.format(locale=locale), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-W", "ignore", "manage.py", "makemessages", "--no-location", "--no-obsolete", "--no-wrap", "-v", "0",
            "--ignore", "var", "--ignore", ".venv", "--ignore", "tests", *(f"-l{locale}" for locale in LOCALES),
        ],
        cwd=root, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise SystemExit(f"The texts could not be collected: {done.stderr.strip()[-800:]}")


def _texts(message: Message) -> tuple[str, ...]:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(text or "" for text in texts)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def update() -> None:
    """Collects new texts and fills the Traditional ones that are empty from the Simplified."""
    import opencc

    convert = functools.partial(opencc.OpenCC("s2hk").convert)
    _collect(ROOT)
    simplified, traditional = (read(locale) for locale in LOCALES)
    for message in traditional:
        # What a text was called before is noted by the collecting, of no use once it is filled, and would pile up.
        message.user_comments = [each for each in message.user_comments if not each.startswith("|")]
        twin = simplified.get(message.id, message.context)
        if message.id and twin is not None and not twin.fuzzy and (message.fuzzy or not any(_texts(message))) and all(_texts(twin)):
            texts = tuple(convert(text) for text in _texts(twin))
            message.string = texts if isinstance(message.id, tuple | list) else texts[0]
            message.flags.discard("fuzzy")
    with open(po_file("zh_Hant"), "wb") as file:
        write_po(file, traditional, width=0, sort_output=False, omit_header=False)
    compile_all()
    for locale in LOCALES:
        missing = sum(1 for message in read(locale) if message.id and not all(_texts(message)))
        print(f"{locale}: {missing} texts without a translation")


def faults() -> Iterator[str]:
    """What is missing, unsure or damaged in either language, compared with the code as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\n")
        for name in listed:
            if name.endswith((".py", ".html", ".po", ".txt")) and (ROOT / name).is_file() and "/tests/" not in name:
                target = root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, target)
        _collect(root)
        for locale in LOCALES:
            for message in read(locale, root):
                if not message.id:
                    continue
                words = message.id[0] if isinstance(message.id, tuple | list) else message.id
                if message.fuzzy or not all(_texts(message)):
                    yield f"{locale}: not translated: {words[:90]!r}"
                    continue
                wanted = _placeholders(message.id[-1] if isinstance(message.id, tuple | list) else message.id)
                for text in _texts(message):
                    if _placeholders(text) - wanted or (wanted - _placeholders(text) and not isinstance(message.id, tuple | list)):
                        yield f"{locale}: other placeholders than the original's: {words[:90]!r}"


def main(what: str) -> int:
    """`update`, `compile` or `check`."""
    if what == "update":
        update()
    elif what == "compile":
        compile_all()
    else:
        found = list(faults())
        print(*found[:60], sep="\n")
        if len(found) > 60:
            print(f"… and {len(found) - 60} more")
        if found:
            print("Say `make messages`, then write what is missing in locale/*/LC_MESSAGES/django.po")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
