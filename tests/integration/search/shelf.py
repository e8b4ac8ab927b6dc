"""A small library to search in: forty assets of the demo company's themes, and two that few may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import IndexEntry, PageText, SearchRequest, Visibility
from contentlib.search.answering import SearchIndex

TODAY = date(2026, 3, 16)

KIND_LABELS = {
    "case-study": "Case study", "deck": "Deck", "one-sheeter": "One-sheeter", "battlecard": "Battlecard",
    "data-sheet": "Data sheet", "outreach-email": "Outreach e-mail", "order-form": "Order form",
    "security-questionnaire": "Security questionnaire", "dpa": "Data processing agreement", "nda": "Mutual NDA",
}  # fmt: skip
LABELS = {
    "food-and-drink": "Food & drink", "water-utilities": "Water utilities", "hospitals": "Hospitals",
    "ports-and-terminals": "Ports & terminals", "packaging": "Packaging", "rail-depots": "Rail depots",
    "maintenance-manager": "Maintenance manager", "plant-director": "Plant director", "finance": "Finance",
    "it-and-security": "IT and security", "quality-and-compliance": "Quality and compliance",
    "awareness": "Awareness", "consideration": "Consideration", "decision": "Decision", "onboarding": "Onboarding",
    "rounds": "Tarnwell Rounds", "signal": "Tarnwell Signal", "ledger": "Tarnwell Ledger",
    "connect": "Tarnwell Connect", "roi": "ROI", "uptime": "Uptime", "compliance": "Compliance", "safety": "Safety",
    "energy": "Energy", "integration": "Integration", "security": "Security", "pilot": "Pilot", "rollout": "Rollout",
    "pricing": "Pricing", "competitor": "Competitor", "offline-use": "Offline use", "sensors": "Sensors",
    "audit": "Audit", "change-management": "Change management",
}  # fmt: skip

# slug, title, kind, stages, industries, personas, products, tags, company, summary, then (heading, text) of each page
SHELF_ROWS: list[tuple[str, str, str, str, str, str, str, str, str, str, list[tuple[str, str]]]] = [
    ("orrin-dairy-unplanned-stops", "Orrin Dairy halves its unplanned stops", "case-study", "consideration decision",
     "food-and-drink", "maintenance-manager plant-director", "rounds signal", "uptime roi", "Orrin Dairy",
     "How a dairy with three filling lines brought unplanned stops down from 41 to 19 hours a quarter.",
     [("The challenge", "Filling line two stopped without warning eleven times in a single winter."),
      ("What changed", "Rounds on a phone, and vibration sensors that warned nine days before a bearing failed."),
      ("The result", "Unplanned stops fell by 54 % in two quarters, and the payback came within seven months.")]),
    ("kestervale-water-pump-failures", "Kestervale Water sees pump failures coming", "case-study", "consideration",
     "water-utilities", "maintenance-manager", "signal", "uptime sensors", "Kestervale Water",
     "A water utility with 212 pumping stations replaced call-outs at night with planned visits.",
     [("The challenge", "Pumps failed at night, far from anywhere, and each call-out cost a crew and a van."),
      ("What changed", "Clip-on sensors watch temperature and vibration on 640 pumps, so visits are planned by need."),
      ("The result", "Failures at night went down from 96 to 31 a year.")]),
    ("st-brannoc-hospital-audit", "St Brannoc Hospital passes its audit in a morning", "case-study", "decision",
     "hospitals", "quality-and-compliance", "ledger", "audit compliance", "St Brannoc Hospital",
     "Medical gas, lifts and generators in one maintenance record that the auditors accepted at once.",
     [("The challenge", "Auditors asked for the maintenance history of 1,200 devices. It lay in nine folders."),
      ("What changed", "Every inspection is signed on the spot and cannot be altered afterwards."),
      ("The result", "The audit took one morning instead of four days, without a single finding.")]),
    ("port-of-haverlee-crane-uptime", "Port of Haverlee keeps its cranes moving", "case-study", "consideration",
     "ports-and-terminals", "plant-director", "rounds signal", "uptime safety", "Port of Haverlee",
     "Ship-to-shore cranes with 99.1 % uptime through the storm season.",
     [("The challenge", "A crane that stops holds up a ship, and a ship costs by the hour."),
      ("What changed", "Rounds on the crane work offline, forty metres up, where no signal reaches."),
      ("The result", "Crane uptime rose from 96.8 to 99.1 %.")]),
    ("lumen-cartons-changeovers", "Lumen Cartons cuts changeovers by a third", "case-study", "awareness consideration",
     "packaging", "plant-director", "rounds", "uptime change-management", "Lumen Cartons",
     "A folding carton maker found that its slow changeovers began with worn grippers.",
     [("The challenge", "Changeovers between jobs took 47 minutes, on good days."),
      ("What changed", "Inspection rounds before each shift found worn grippers and dry chains."),
      ("The result", "Changeovers take 31 minutes, and the night shift no longer begins with repairs.")]),
    ("nordhavn-rail-depot-rounds", "Nordhavn Rail Depot walks its rounds on a phone", "case-study", "consideration",
     "rail-depots", "maintenance-manager", "rounds", "offline-use safety", "Nordhavn Rail Depot",
     "Inspection rounds in the pits of a depot, without a network and without paper.",
     [("The challenge", "Down in the inspection pits there is no reception."),
      ("What changed", "Tarnwell Rounds keeps the round on the phone and sends it when the fitter comes up again."),
      ("The result", "A round takes 38 minutes instead of 70.")]),
    ("pellworth-brewery-energy", "Pellworth Brewery finds the leak in its energy bill", "case-study",
     "awareness consideration", "food-and-drink", "finance plant-director", "signal", "energy roi",
     "Pellworth Brewery", "Compressors that ran all night were the leak: 11 % less energy within a year.",
     [("The challenge", "The compressed air never stopped, not even on Sundays."),
      ("What changed", "Sensors on four compressors showed when they ran and for nobody."),
      ("The result", "Energy costs came down by 11 %, or 86,000 euros.")]),
    ("vallis-bakeries-compliance", "Vallis Bakeries is ready for every inspection", "case-study", "decision",
     "food-and-drink", "quality-and-compliance", "ledger rounds", "compliance audit", "Vallis Bakeries",
     "Fourteen bakeries, one record of cleaning and maintenance that food inspectors trust.",
     [("The challenge", "Each bakery kept its own binder, and each binder had its own gaps."),
      ("What changed", "Cleaning and maintenance are signed where they happen, oven by oven."),
      ("The result", "Two unannounced inspections, no remarks.")]),
    ("marrow-bridge-water-night-calls", "Marrow Bridge Water sleeps through the night", "case-study", "consideration",
     "water-utilities", "maintenance-manager", "signal connect", "uptime integration", "Marrow Bridge Water",
     "Night calls down by two thirds, because work orders are written before something breaks.",
     [("The challenge", "The stand-by crew was called out four nights a week."),
      ("What changed", "An alert becomes a work order in the ERP by itself."),
      ("The result", "Night calls fell from 210 to 68 a year.")]),
    ("tessel-pharma-pack-deviations", "Tessel Pharma Pack closes deviations in days", "case-study", "decision",
     "packaging", "quality-and-compliance", "ledger", "compliance audit", "Tessel Pharma Pack",
     "Deviations that took weeks to close are documented at the machine, the same day.",
     [("The challenge", "A deviation without evidence stays open."),
      ("What changed", "Photographs and readings hang on the deviation from the first minute."),
      ("The result", "The median deviation closes in 4 days instead of 23.")]),
    ("first-meeting-deck", "First meeting deck", "deck", "awareness", "", "plant-director", "rounds signal ledger", "",
     "", "Who we are and what maintenance you can see coming means, in nine slides.",
     [("Maintenance you can see coming", "Every stop announces itself. Most plants cannot hear it."),
      ("What a stop costs", "An hour without production costs a mid-sized plant 18,000 euros."),
      ("Four products, one record", "Rounds, Signal, Ledger and Connect.")]),
    ("maintenance-maturity-deck", "Where does your maintenance stand?", "deck", "awareness", "",
     "plant-director maintenance-manager", "", "change-management", "",
     "A workshop deck: five levels from fire fighting to foresight.",
     [("Five levels", "Reactive, planned, condition based, predictive, foresighted."),
      ("Find your level", "Ten questions for the team around the table.")]),
    ("product-tour-deck", "Product tour", "deck", "consideration", "", "maintenance-manager",
     "rounds signal ledger connect", "", "", "A tour through all four products, screen by screen.",
     [("Rounds", "A round on the phone, with or without a network."), ("Signal", "Sensors that clip on."),
      ("Ledger", "A record that cannot be altered."), ("Connect", "Links to ERP and CMMS.")]),
    ("food-and-drink-deck", "Food and drink deck", "deck", "consideration", "food-and-drink", "plant-director",
     "rounds signal", "uptime compliance", "", "For dairies, breweries and bakeries: hygiene, uptime and energy.",
     [("Stops in wet rooms", "Washdown kills sensors that were not made for it."),
      ("Customers like you", "Orrin Dairy, Pellworth Brewery and Vallis Bakeries.")]),
    ("water-utilities-deck", "Water utilities deck", "deck", "consideration", "water-utilities",
     "maintenance-manager", "signal connect", "uptime", "", "For utilities with many small sites and few people.",
     [("Pumps far away", "A failed pump is noticed by the neighbours first."),
      ("Customers like you", "Kestervale Water and Marrow Bridge Water.")]),
    ("security-and-architecture-deck", "Security and architecture", "deck", "consideration decision", "",
     "it-and-security", "connect", "security integration", "",
     "How data flows, where it rests, who may read it, and how single sign-on works.",
     [("Where data rests", "In Leeds and Utrecht, encrypted at rest and on its way."),
      ("Single sign-on", "OIDC and SAML, roles from your directory."),
      ("Penetration tests", "Twice a year by an independent firm.")]),
    ("business-case-deck", "The business case", "deck", "decision", "", "finance plant-director", "", "roi pricing", "",
     "What it costs, what it saves, and when it has paid for itself.",
     [("Return on investment", "The median customer has its money back after nine months."),
      ("Assumptions", "Every number on this slide is yours to change.")]),
    ("rollout-plan-deck", "Rollout plan", "deck", "decision onboarding", "", "maintenance-manager", "rounds",
     "rollout change-management", "", "Site by site in twelve weeks: people, dates, and what could go wrong.",
     [("Week one", "Two champions per shift learn the round."), ("Week twelve", "The last site goes live.")]),
    ("executive-review-deck", "Executive review", "deck", "onboarding", "", "plant-director finance", "", "roi", "",
     "Quarterly review with the customer's leadership: what was promised, what came of it.",
     [("Promises kept", "Three targets, three measurements.")]),
    ("what-a-stop-costs", "What a stop costs", "one-sheeter", "awareness", "", "plant-director finance", "",
     "uptime roi", "", "One page to work out the price of an unplanned hour.",
     [("The sum", "Lost output, overtime, scrap and penalties.")]),
    ("hospitals-at-a-glance", "Tarnwell for hospitals at a glance", "one-sheeter", "awareness", "hospitals",
     "quality-and-compliance", "ledger rounds", "compliance safety", "",
     "Medical devices, gases and lifts: inspected, recorded, ready for the auditor.",
     [("In short", "One record for every device in the house.")]),
    ("rounds-at-a-glance", "Tarnwell Rounds at a glance", "one-sheeter", "awareness consideration", "",
     "maintenance-manager", "rounds", "offline-use", "", "Inspection rounds on a phone, also without a network.",
     [("In short", "Scan, read, photograph, sign. Offline use is the normal case.")]),
    ("signal-at-a-glance", "Tarnwell Signal at a glance", "one-sheeter", "consideration", "", "maintenance-manager",
     "signal", "sensors", "", "Clip-on sensors for vibration and temperature, with alerts that mean something.",
     [("In short", "Mounted in four minutes, battery for five years.")]),
    ("ledger-at-a-glance", "Tarnwell Ledger at a glance", "one-sheeter", "consideration", "",
     "quality-and-compliance", "ledger", "audit compliance", "", "A maintenance history that auditors accept.",
     [("In short", "Signed, timed, unalterable.")]),
    ("connect-at-a-glance", "Tarnwell Connect at a glance", "one-sheeter", "consideration", "", "it-and-security",
     "connect", "integration", "", "Links to ERP and CMMS, ready made.",
     [("In short", "Work orders there, readings here, and no double entry.")]),
    ("ninety-day-pilot", "The ninety-day pilot", "one-sheeter", "consideration decision", "",
     "plant-director maintenance-manager", "rounds signal", "pilot", "",
     "One line, ninety days, three numbers agreed on before the start.",
     [("How it runs", "Week one to install, week twelve to decide.")]),
    ("return-on-one-line", "Return on one line", "one-sheeter", "decision", "", "finance", "", "roi pricing", "",
     "A worked example: one filling line, one year, every assumption shown.",
     [("The example", "Savings of 143,000 euros against 38,000 euros of cost.")]),
    ("first-thirty-days", "Your first thirty days", "one-sheeter", "onboarding", "", "maintenance-manager", "rounds",
     "rollout", "", "What happens between signature and the first round.",
     [("Day one", "Accounts, sites, assets imported from your list.")]),
    ("against-spreadsheets", "Against spreadsheets", "battlecard", "consideration", "", "", "", "competitor", "",
     "When the rival is a shared workbook: what to ask and what to show.",
     [("They say", "Excel costs nothing."), ("We say", "Ask who changed row 400, and when.")]),
    ("against-fixpoint", "Against Fixpoint", "battlecard", "consideration decision", "", "", "", "competitor pricing",
     "Fixpoint", "The big CMMS suite: strong in planning, slow on the floor.",
     [("Where they win", "Finance departments know the name."), ("Where we win", "Nobody walks a round with it.")]),
    ("against-gridlark", "Against Gridlark", "battlecard", "consideration", "", "", "signal", "competitor sensors",
     "Gridlark", "The sensor start-up: fine hardware, no maintenance record.",
     [("Where they win", "Cheap sensors."), ("Where we win", "An alert that ends in a signed repair.")]),
    ("against-build-it-yourself", "Against building it yourself", "battlecard", "consideration", "", "", "",
     "competitor", "", "When their IT wants to build it: the second year is the dear one.",
     [("Ask", "Who will maintain the maintenance app?")]),
    ("signal-sensor-data-sheet", "Signal sensor data sheet", "data-sheet", "consideration decision", "",
     "maintenance-manager it-and-security", "signal", "sensors", "", "Ranges, protection class, battery and radio.",
     [("Measurement", "Vibration 0.5 to 10 kHz, -40 to 125 °C."), ("Protection", "IP69K, washdown proof.")]),
    ("connect-data-sheet", "Connect data sheet", "data-sheet", "consideration", "", "it-and-security", "connect",
     "integration", "", "Interfaces, formats and limits.",
     [("Interfaces", "REST, OPC UA, flat files. ISO 55000 exports.")]),
    ("first-touch-food", "First touch: food and drink", "outreach-email", "awareness", "food-and-drink",
     "plant-director", "", "", "", "An e-mail to a plant that has just had a stop.",
     [("", "Hello, I read that your line stood still last week. Would ten minutes help?")]),
    ("reviving-a-quiet-deal", "Reviving a quiet deal", "outreach-email", "consideration decision", "", "", "", "", "",
     "For a deal that has not answered in three weeks.", [("", "Should I close the file on this, or try in spring?")]),
    ("order-form", "Order form", "order-form", "decision", "", "finance", "", "pricing", "", "The order form.",
     [("Terms", "Prices per site and year.")]),
    ("security-questionnaire", "Security questionnaire", "security-questionnaire", "decision", "", "it-and-security",
     "", "security", "", "Answers to the questions that IT asks.", [("Answers", "Encryption, backups, access.")]),
    ("data-processing-agreement", "Data processing agreement", "dpa", "decision", "", "it-and-security", "",
     "security compliance", "", "The agreement on personal data.", [("Scope", "Names of operators who sign a round.")]),
    ("mutual-nda", "Mutual NDA", "nda", "decision", "", "finance", "", "", "", "Both sides keep quiet.",
     [("Term", "Three years.")]),
]  # fmt: skip


def entry(row: tuple[str, ...] | object, number: int = 1, **changes: object) -> IndexEntry:
    """Make an index entry of a row of the shelf; keyword arguments replace what it says."""
    slug, title, kind, stages, industries, personas, products, tags, company, summary, pages = row  # type: ignore[misc]
    split = {
        "stages": tuple(stages.split()), "industries": tuple(industries.split()), "personas": tuple(personas.split()),
        "products": tuple(products.split()), "tags": tuple(tags.split()),
    }  # fmt: skip
    values: dict[str, object] = {
        "asset_id": number,
        "version_id": 1000 + number,
        "slug": slug,
        "title": title,
        "summary": summary,
        "company": company,
        "kind": kind,
        "kind_label": KIND_LABELS[kind],
        "language": "en",
        "status": AssetStatus.PUBLISHED,
        "audience": Audience.INTERNAL if kind == "battlecard" else Audience.EXTERNAL,
        "publish_on": None,
        "expires_on": None,
        "review_by_on": date(2026, 9, 1),
        "updated_at": 1_770_000_000.0 + number,
        **split,
        "regions": ("northern-europe",),
        "labels": tuple(LABELS[slug] for slugs in split.values() for slug in slugs if slug in LABELS),
        "pages": tuple(PageText(number=n, title=title, text=text) for n, (title, text) in enumerate(pages, 1)),
    }
    return IndexEntry(**(values | changes))  # type: ignore[arg-type]


def shelf() -> list[IndexEntry]:
    """Give the forty entries, numbered from 1 in the order of the rows."""
    return [entry(row, number) for number, row in enumerate(SHELF_ROWS, 1)]


EVERYONE = Visibility(statuses=frozenset({AssetStatus.PUBLISHED}), audiences=frozenset(Audience), on=TODAY)
SEES_ALL = Visibility(statuses=frozenset(AssetStatus), audiences=frozenset(Audience), on=TODAY)
SEES_NOTHING = Visibility(statuses=frozenset(), audiences=frozenset(), on=TODAY)


def ask(text: str = "", **changes: object) -> SearchRequest:
    """Ask as someone who may see everything published."""
    return SearchRequest(text=text, **({"visibility": EVERYONE} | changes))  # type: ignore[arg-type]


def slugs(hits: Iterable[object], entries: Iterable[IndexEntry]) -> list[str]:
    """Name hits by their slugs."""
    by_id = {one.asset_id: one.slug for one in entries}
    return [by_id[hit.asset_id] for hit in hits]  # type: ignore[attr-defined]


def found(index: SearchIndex, text: str = "") -> list[int]:
    """List the assets that an index finds, drafts and internal ones too."""
    return sorted(hit.asset_id for hit in index.answer(ask(text, visibility=SEES_ALL, limit=200)).hits)


ORRIN, KESTERVALE, BRANNOC = (entry(row, number) for number, row in enumerate(SHELF_ROWS[:3], 1))
