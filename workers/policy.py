"""The policy in force for a tenant: the product's own, with the tenant's overrides."""

from __future__ import annotations

from screening import policies
from screening.case import CaseKind
from screening.policy import Policy
from screening.store import settings
from screening.store.database import Session


def policy_for(session: Session, kind: CaseKind) -> Policy:
    """The policy of a case type for the session's tenant.

    Raises:
        screening.policies.PolicyError: the tenant's overrides cannot be used.
    """
    overrides = settings.get(session, f"policy/{kind.value}")
    return policies.load(kind, overrides) if overrides else policies.load(kind)
