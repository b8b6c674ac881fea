"""The documents name tests as their proof: each of them is there."""

import re

from ops.machine import ROOT


def test_every_test_that_a_document_names_is_there() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("*/tests/**/test_*.py"))
    there = set(re.findall(r"^def (test_\w+)\(", written, flags=re.M))
    cited, missing = 0, []
    for path in [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        text = path.read_text(encoding="utf-8")
        files, tests = re.findall(r"\b(?:\w+/)+test_\w+\.py\b", text), re.findall(r"\b(test_\w+)\b(?!\.py)", text)
        cited += len(tests)
        missing += [f"{path.name}: {name}" for name in tests if name not in there and not (ROOT / name).exists()]
        missing += [f"{path.name}: {name}" for name in files if not (ROOT / name).exists()]
    assert cited > 20 and not missing, missing
