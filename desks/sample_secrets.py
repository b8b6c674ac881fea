"""The password and PIN of sample accounts. They stand in the open, so production mode never accepts them."""

PASSWORD = "sample-desk-2026"
PIN = "284917"
SECRETS = frozenset({PASSWORD, PIN})
