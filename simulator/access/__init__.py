"""Who sends, and who lets him in: identities, their tokens, and what policies make of them."""

from simulator.access.guard import Guard, Policy, Refusal
from simulator.access.identity import Identity, account_fault, subject_of
from simulator.access.token import (
    AUTHORIZATION,
    Token,
    bearer,
    is_bearer,
    read_bearer,
    signed,
)

__all__ = [
    "AUTHORIZATION",
    "Guard",
    "Identity",
    "Policy",
    "Refusal",
    "Token",
    "account_fault",
    "bearer",
    "is_bearer",
    "read_bearer",
    "signed",
    "subject_of",
]
