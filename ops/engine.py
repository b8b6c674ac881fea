"""Compiles what is compiled, once for each state of its code: no first draft waits for it, and no first verification of a long book."""

from logbook.proof.confirming import ready as ready_to_verify
from rosters.engine.solving import ready as ready_to_draft

if __name__ == "__main__":
    ready_to_draft()
    ready_to_verify()
