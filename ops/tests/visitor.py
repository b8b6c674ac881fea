"""A visitor with a cookie jar and nothing else: what a browser without JavaScript would send."""

import html
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar


class Visitor:
    """One browser at one address."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """The page at the path, after redirects."""
        with self.opener.open(self.address + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        """Sends a form as its page would, with the CSRF token; returns the page that follows."""
        data = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": self.token}).encode()
        with self.opener.open(self.address + path, data, timeout=60) as answer:
            return str(answer.read().decode())

    @property
    def token(self) -> str:
        """The CSRF token of the page that was read last."""
        return self._token

    def read_token(self, page: str) -> None:
        """Keeps the token of a page's form."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, page[:500]
        self._token = found.group(1)

    def ready(self) -> dict[str, str]:
        """What /health/ready/ says, whether all is well or not."""
        try:
            return dict(json.loads(self.get("/health/ready/")))
        except urllib.error.HTTPError as error:
            return dict(json.loads(error.read()))

    def sign_in(self, login: str) -> None:
        """Signs in with the sample password."""
        from desks.sample_secrets import PASSWORD

        self.read_token(self.get("/sign-in/"))
        page = self.post("/sign-in/", login=login, secret=PASSWORD)
        assert 'type="password"' not in page.split("<main")[1], "signing in failed"

    def write_entry(self, text: str) -> int:
        """Writes an entry at the sample desk; returns its number."""
        self.read_token(self.get("/desk/front/"))
        page = html.unescape(self.post("/log/front/record/", text=text, kind="other"))
        numbers = re.findall(r'id="entry-(\d+)"', page)
        assert text in page and numbers, page[:800]
        return int(numbers[0])

    def read_entry(self, number: int) -> str:
        """The entry's page."""
        return html.unescape(self.get(f"/log/front/{number}/"))
