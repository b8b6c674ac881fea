"""Escalations, and the calls by which somebody is reached in an emergency."""

from escalations.models.calls import Call, CallStep
from escalations.models.escalations import Escalation, EscalationStep, Level

__all__ = ["Call", "CallStep", "Escalation", "EscalationStep", "Level"]
