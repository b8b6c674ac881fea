"""Compiles what of the drafting engine is compiled, once for each state of its code, so that no first draft waits for it."""

from rosters.engine.solving import ready

if __name__ == "__main__":
    ready()
