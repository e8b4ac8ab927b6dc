"""The demo company's own words: what its assets and deals are described with."""

from __future__ import annotations

from contentlib.demo.accounts import INDUSTRIES, REGIONS, SIZES
from contentlib.domain.assets import Vocabulary

_PERSONAS = (
    ("maintenance-manager", "Maintenance manager"),
    ("plant-director", "Plant director"),
    ("finance", "Finance"),
    ("it-and-security", "IT and security"),
    ("quality-and-compliance", "Quality and compliance"),
)
_PRODUCTS = (
    ("rounds", "Tarnwell Rounds"),
    ("signal", "Tarnwell Signal"),
    ("ledger", "Tarnwell Ledger"),
    ("connect", "Tarnwell Connect"),
)
_TAGS = (
    ("roi", "ROI"), ("uptime", "Uptime"), ("compliance", "Compliance"), ("safety", "Safety"), ("energy", "Energy"),
    ("integration", "Integration"), ("security", "Security"), ("pilot", "Pilot"), ("rollout", "Rollout"),
    ("pricing", "Pricing"), ("competitor", "Competitor"), ("offline-use", "Offline use"), ("sensors", "Sensors"),
    ("audit", "Audit"), ("change-management", "Change management"),
)  # fmt: skip


def _slugged(labels: dict[str, float]) -> tuple[tuple[str, str], ...]:
    return tuple((label.lower().replace(" ", "-"), label) for label in labels)


TERMS = {
    Vocabulary.INDUSTRY: _slugged(INDUSTRIES),
    Vocabulary.PERSONA: _PERSONAS,
    Vocabulary.PRODUCT: _PRODUCTS,
    Vocabulary.REGION: _slugged(REGIONS),
    Vocabulary.TAG: _TAGS,
    Vocabulary.COMPANY_SIZE: _slugged(SIZES),
}
