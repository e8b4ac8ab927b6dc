"""Who works at the demo company; all of them are invented, and none has a password.

Telephone numbers come from ranges that the regulators keep free for fiction (Ofcom: 0113 496 0xxx; NANPA: 555-01xx).
"""

from __future__ import annotations

from dataclasses import dataclass

from contentlib.domain.people import Role

DOMAIN = "tarnwell.example"

UK = "UK and Ireland"
NORTH = "Northern Europe"
BENELUX = "Benelux"
DACH = "DACH"
AMERICA = "North America"


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody who can sign in."""

    email: str
    name: str
    title: str
    phone: str
    roles: frozenset[Role]
    is_sales_reviewer: bool = False


@dataclass(frozen=True, kw_only=True)
class DemoRep:
    """Somebody who owns deals; reps beyond the first three cannot sign in, as reps known from imports cannot.

    `skill` moves the chance of winning (in logits), `habit` multiplies how often content is used.
    """

    email: str
    name: str
    region: str
    skill: float
    habit: float


PEOPLE = (
    DemoPerson(
        email=f"rita.vance@{DOMAIN}",
        name="Rita Vance",
        title="Account Executive",
        phone="+44 113 496 0142",
        roles=frozenset({Role.REP}),
    ),
    DemoPerson(
        email=f"sam.okafor@{DOMAIN}",
        name="Sam Okafor",
        title="Account Executive",
        phone="+1 704 555 0118",
        roles=frozenset({Role.REP}),
    ),
    DemoPerson(
        email=f"ines.dahl@{DOMAIN}",
        name="Ines Dahl",
        title="Senior Account Executive",
        phone="+44 113 496 0157",
        roles=frozenset({Role.REP}),
        is_sales_reviewer=True,
    ),
    DemoPerson(
        email=f"marco.bellini@{DOMAIN}",
        name="Marco Bellini",
        title="Product Marketing Manager",
        phone="+44 113 496 0163",
        roles=frozenset({Role.MARKETER}),
    ),
    DemoPerson(
        email=f"greta.lindqvist@{DOMAIN}",
        name="Greta Lindqvist",
        title="Content Marketer",
        phone="+44 113 496 0171",
        roles=frozenset({Role.MARKETER}),
    ),
    DemoPerson(
        email=f"leo.castellan@{DOMAIN}",
        name="Leo Castellan",
        title="Head of Content",
        phone="+44 113 496 0180",
        roles=frozenset({Role.CONTENT_LEAD}),
    ),
    DemoPerson(
        email=f"nora.whitfield@{DOMAIN}",
        name="Nora Whitfield",
        title="Sales Enablement Lead",
        phone="+1 704 555 0126",
        roles=frozenset({Role.CONTENT_LEAD, Role.MARKETER}),
    ),
    DemoPerson(
        email=f"ada.norling@{DOMAIN}",
        name="Ada Norling",
        title="Systems Administrator",
        phone="+44 113 496 0195",
        roles=frozenset({Role.ADMIN}),
    ),
)

# name, region, skill, habit
_REPS = (
    ("Rita Vance", UK, 0.25, 1.15),
    ("Sam Okafor", AMERICA, 0.10, 1.05),
    ("Ines Dahl", NORTH, 0.35, 1.20),
    ("Alastair Byrne", UK, 0.05, 0.90),
    ("Bethan Prosser", UK, 0.30, 1.10),
    ("Callum Strachan", UK, -0.20, 0.80),
    ("Deirdre Malloy", UK, 0.15, 1.25),
    ("Edmund Farrant", UK, -0.35, 0.70),
    ("Farida Hakimi", UK, 0.20, 1.00),
    ("Gareth Penhale", UK, -0.10, 0.85),
    ("Harriet Lowther", UK, 0.00, 1.10),
    ("Imran Chaudhry", UK, 0.40, 1.05),
    ("Josie Tallentire", UK, -0.25, 0.95),
    ("Kirsten Aalberg", NORTH, 0.10, 1.00),
    ("Lars Brandvold", NORTH, -0.15, 0.75),
    ("Mikko Salovaara", NORTH, 0.20, 1.10),
    ("Nanna Thygesen", NORTH, 0.05, 1.20),
    ("Oskar Hedmark", NORTH, -0.30, 0.90),
    ("Pia Rautio", NORTH, 0.30, 1.00),
    ("Signe Kjeldal", NORTH, -0.05, 0.85),
    ("Torvald Enger", NORTH, 0.00, 0.95),
    ("Anouk Terwiel", BENELUX, 0.25, 1.15),
    ("Bram Hoekzema", BENELUX, -0.10, 0.80),
    ("Cato Verlinde", BENELUX, 0.15, 1.05),
    ("Dirk Osselaer", BENELUX, -0.40, 0.70),
    ("Elke Moerdijk", BENELUX, 0.05, 1.00),
    ("Fenna Wierda", BENELUX, 0.35, 1.10),
    ("Gijs Plantinga", BENELUX, -0.20, 0.90),
    ("Andreas Kolbinger", DACH, 0.10, 0.95),
    ("Birgit Ranftl", DACH, 0.30, 1.10),
    ("Clemens Aichholz", DACH, -0.25, 0.80),
    ("Dorothea Wenk", DACH, 0.00, 1.15),
    ("Emil Zumstein", DACH, 0.20, 0.90),
    ("Franziska Leutwyler", DACH, -0.10, 1.05),
    ("Gregor Stadlbauer", DACH, -0.45, 0.75),
    ("Henrike Osswald", DACH, 0.15, 1.00),
    ("Avery Castleman", AMERICA, 0.05, 1.10),
    ("Bryce Holloman", AMERICA, -0.15, 0.85),
    ("Carmen Ybarra", AMERICA, 0.40, 1.20),
    ("Devon Marchetti", AMERICA, -0.30, 0.80),
    ("Elena Duquette", AMERICA, 0.20, 1.00),
    ("Gus Abernethy", AMERICA, 0.00, 0.90),
    ("Hollis Trent", AMERICA, -0.05, 1.05),
)

REPS = tuple(
    DemoRep(email=f"{name.lower().replace(' ', '.')}@{DOMAIN}", name=name, region=region, skill=skill, habit=habit)
    for name, region, skill, habit in _REPS
)

RITA = REPS[0]
