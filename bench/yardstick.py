"""The yardstick: the least that a Django view with sign-in and CSRF check can do, on the same PostgreSQL.

One view inserts a plain row, one lists the newest 50 of a desk. It has its own database, and is served by the same
web server with the same settings as the product (see bench/web.py).
"""

import os
from urllib.parse import urlsplit

import django
from django.conf import settings

_url = urlsplit(os.environ["YARDSTICK_URL"])
settings.configure(
    SECRET_KEY="yardstick-" + "0" * 50,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path.lstrip("/"),
            "USER": _url.username,
            "PASSWORD": _url.password,
            "HOST": _url.hostname,
            "PORT": _url.port,
            "CONN_MAX_AGE": 600,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "list.html": "<ul>{% for row in rows %}<li>{{ row.0 }} {{ row.1|date:'H:i' }} {{ row.2 }}</li>{% endfor %}</ul>"
                            "<form method=post>{% csrf_token %}</form>"
                        },
                    )
                ],
                "context_processors": ["django.template.context_processors.request"],
            },
        }
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import redirect, render  # noqa: E402
from django.urls import path  # noqa: E402

TABLE = """CREATE TABLE IF NOT EXISTS yard_row (
    id bigserial PRIMARY KEY, desk int NOT NULL, at timestamptz NOT NULL DEFAULT now(), author int NOT NULL,
    text text NOT NULL);
CREATE INDEX IF NOT EXISTS yard_row_desk ON yard_row (desk, id DESC);"""


def prepare(rows: int) -> tuple[str, str]:
    """Makes tables, `rows` rows and one user; returns the user's session key and a CSRF secret."""
    from django.contrib.auth import SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.middleware.csrf import _get_new_csrf_string

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(
            "INSERT INTO yard_row (desk, author, text) SELECT 1, 1, 'A resident called about the lift ' || n "
            "FROM generate_series((SELECT count(*) FROM yard_row) + 1, %s) AS n",
            [rows],
        )
        cursor.execute("ANALYZE yard_row")
    user, _ = get_user_model().objects.get_or_create(username="yard")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return session.session_key or "", _get_new_csrf_string()


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """One plain insert in a transaction, then a redirect."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO yard_row (desk, author, text) VALUES (1, %s, %s)", [request.user.pk, request.POST["text"]]
        )
    return redirect("/list/")


@login_required
def newest(request: HttpRequest) -> HttpResponse:
    """The newest 50 rows of a desk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, at, text FROM yard_row WHERE desk = 1 ORDER BY id DESC LIMIT 50")
        rows = cursor.fetchall()
    return render(request, "list.html", {"rows": rows, "who": request.user.get_username()})


urlpatterns = [path("add/", add), path("list/", newest)]
application = get_wsgi_application()
