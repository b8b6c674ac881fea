"""A small load on 127.0.0.1: keep-alive connections, one thread each, so many requests and no more."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

Request = Callable[[], tuple[str, str, str, dict[str, str]]]


@dataclass(frozen=True)
class Outcome:
    """What a run of requests took."""

    done: int
    seconds: float
    each: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.done / self.seconds

    @property
    def median(self) -> float:
        """The middle time of one request, in milliseconds."""
        return statistics.median(self.each) * 1000


class Wrong(Exception):
    """An answer was not what the request asks for: a figure of it would mean nothing."""


def run(port: int, request: Request, *, clients: int, count: int, expect: tuple[int, ...] = (200,)) -> Outcome:
    """Sends `count` requests from so many clients at once and waits for all answers. Raises Wrong."""
    shares = [count // clients + (1 if turn < count % clients else 0) for turn in range(clients)]
    times: list[list[float]] = [[] for _ in shares]
    faults: list[str] = []
    begin = threading.Barrier(clients + 1)

    def work(turn: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        begin.wait()
        for _ in range(shares[turn]):
            method, path, body, headers = request()
            begun = time.perf_counter()
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            words = answer.read()
            times[turn].append(time.perf_counter() - begun)
            if answer.status not in expect:
                faults.append(f"{method} {path}: {answer.status} {words[:300]!r}")
                break
        connection.close()

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(clients)]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if faults:
        raise Wrong(faults[0])
    return Outcome(count, seconds, tuple(each for rows in times for each in rows))
