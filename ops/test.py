"""`make test`: checks, units, browser and processes on a fresh real database, each phase beside its budget."""

import os
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass

from ops import translations
from ops.machine import ROOT, Trouble, var_dir
from ops.packages import install_packages
from ops.services import Postgres, Redis

PHASES = {"units": ("not browser and not process", 260), "browser": ("browser", 120), "processes": ("process", 70)}
CHECK_BUDGET = 30


def workers(phase: str, app: str, narrowed: bool) -> int:
    """How many processes share a phase's tests: none beside this one where starting them costs more than they save.

    The processes phase ends and kills servers and measures their return: it stays alone. A browser's day takes half a
    minute and pays at once; of an app's units five test files pay for a worker.
    """
    if phase == "processes" or narrowed:
        return 0
    folder = ROOT / app / "tests"
    if not app:
        many = 4
    elif phase == "browser":
        many = 2 if (folder / "browser").exists() else 0
    else:
        many = len(list(folder.glob("test_*.py"))) // 5
    wanted = min(os.cpu_count() or 1, many)
    return wanted if wanted > 1 else 0


@dataclass
class Counted:
    """What one phase came to; one that died before it could count has failed once."""

    passed: int
    failed: int
    seconds: float


def run_phase(phase: str, marks: str, app: str, clause: str, rest: list[str], environment: dict[str, str]) -> Counted:
    """Runs one phase in random order, with its seed printed; what pytest says goes on to the terminal."""
    begun = time.monotonic()
    seed, share = random.randrange(2**32), workers(phase, app, bool(clause) or any(each[0] != "-" for each in rest))
    print(f"{phase}: random order --randomly-seed={seed}, {share or 'no'} workers", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks, f"--randomly-seed={seed}", f"-n{share}"]
    command += ["--dist=worksteal", *([app] if app else []), *(["--clause", clause] if clause else []), *rest]
    if phase == "units" and share:
        environment = environment | {"TESTS_SHARE_A_PROCESSOR": "yes"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    closing = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        closing = line if re.search(r"\b(passed|failed|error)", line) else closing
    code = process.wait()
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", closing)}
    # Nothing to run is right only where less than everything was asked.
    fell = code not in ({0, 5} if app or clause or rest else {0})
    failed = max(counts.get("failed", 0) + counts.get("error", 0), int(fell))
    return Counted(counts.get("passed", 0), failed, time.monotonic() - begun)


def main(arguments: list[str]) -> int:
    """Runs the phases; the last line is the sum of all tests."""
    app, clause = os.environ.get("APP", ""), os.environ.get("CLAUSE", "")
    wanted = [name for name in PHASES if f"--{name}" in arguments]
    rest = [argument for argument in arguments if argument not in {f"--{name}" for name in PHASES}]
    try:
        if "browser" in (wanted or PHASES):
            install_packages()
        translations.compile_all()
        folder = var_dir() / "test"
        postgres = Postgres(folder, durable=False)
        postgres.start()
        redis = Redis(folder, postgres.secrets()["redis"])
        redis.start()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    failed: list[str] = []
    passed_sum = failed_sum = 0
    try:
        name = f"tests_{os.getpid()}"
        environment = os.environ | {
            "DUTY_DESK_MODE": "test",
            "LANGUAGE_CODE": "en",
            "DATABASE_OWNER_URL": postgres.login("duty_owner", name).url,
            "DATABASE_URL": postgres.login("duty_app", name).url,
            "REDIS_URL": redis.url,
            "SIGNING_KEY_FILE": str(folder / "signing-key.pem"),
        }
        if not wanted and not app and not clause:
            begun = time.monotonic()
            code = subprocess.run([sys.executable, "-m", "ops.check"], cwd=ROOT, check=False).returncode
            print(f"checks: {time.monotonic() - begun:.0f} s of {CHECK_BUDGET} s", flush=True)
            failed += ["checks"] if code else []
        if not app or app == "rosters":
            # Once here, and not by each worker in the time that a test gives a draft.
            subprocess.run([sys.executable, "-m", "ops.engine"], cwd=ROOT, check=False)
        for phase, (marks, budget) in PHASES.items():
            if wanted and phase not in wanted:
                continue
            counted = run_phase(phase, marks, app, clause, rest, environment)
            passed_sum += counted.passed
            failed_sum += counted.failed
            print(f"{phase}: {counted.seconds:.0f} s{'' if 'DRILL' in os.environ else f' of {budget} s'}", flush=True)
            failed += [phase] if counted.failed else []
    finally:
        redis.stop()
        postgres.stop()
    if failed:
        print(f"Failed: {', '.join(failed)}", flush=True)
    print(f"{passed_sum} passed, {failed_sum} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
