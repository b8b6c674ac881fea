"""A mail server of the test's own, on 127.0.0.1: it takes a letter, says no, or goes away at the worst moment."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Talk(socketserver.StreamRequestHandler):
    """One connection, as far as SMTP is needed (RFC 5321)."""

    server: "MailServer"

    def handle(self) -> None:
        """Answers line by line; what happens after the letter is the server's `manner`."""
        self.say("220 test")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"QUIT":
                return self.say("221 bye")
            if word == b"RCPT" and self.server.manner == "refuse":
                self.say("550 no such address")
            elif word == b"DATA":
                self.say("354 go on")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append(letter.replace(b"\r\n..", b"\r\n."))
                if self.server.manner == "vanish":
                    return None
                self.say("250 taken")
            else:
                self.say("250 well")
        return None

    def say(self, line: str) -> None:
        """One line to the client."""
        self.wfile.write(line.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it took in `taken`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, manner: str) -> None:
        self.manner, self.taken = manner, []  # type: tuple[str, list[bytes]]
        super().__init__(("127.0.0.1", 0), Talk)


@contextmanager
def mail_server(settings, manner: str) -> Iterator[MailServer]:
    """The settings lead to a server of that manner: "take", "refuse" (550 for the address) or "vanish" (after it has taken the letter)."""
    with MailServer(manner) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
