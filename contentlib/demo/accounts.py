"""Invented companies that buy: a root by region, a trade by industry; no name is meant to be anyone's."""

from __future__ import annotations

from random import Random

from contentlib.demo.effects import FOOD, HOSPITALS, PACKAGING, PORTS, RAIL, WATER
from contentlib.demo.people import AMERICA, BENELUX, DACH, NORTH, UK

INDUSTRIES = {FOOD: 0.32, WATER: 0.18, HOSPITALS: 0.15, PACKAGING: 0.15, PORTS: 0.10, RAIL: 0.10}
REGIONS = {UK: 0.30, DACH: 0.20, AMERICA: 0.20, BENELUX: 0.15, NORTH: 0.15}
SIZES = {"Small": 0.45, "Mid": 0.37, "Large": 0.18}
CURRENCIES = {UK: "GBP", NORTH: "EUR", BENELUX: "EUR", DACH: "EUR", AMERICA: "USD"}

_ROOTS = {
    UK: (
        "Aldermarsh", "Ashgarth", "Beckhollow", "Birklands", "Blackthwaite", "Bramfold", "Broadfell", "Caldermoss",
        "Carrowmere", "Cragstone", "Dunmarrow", "Eastholm", "Elmscar", "Fallowden", "Garthwick", "Gilderbeck",
        "Harrowmoor", "Heathersyke", "Kilbrannan", "Larkrigg", "Millrace", "Netherfold", "Oakensyke", "Penarrow",
        "Quarrendale", "Ravensyke", "Saltmarsh", "Skelbeck", "Stonehaugh", "Thornacre", "Ullerdale", "Westerfold",
    ),
    NORTH: (
        "Askevik", "Bjerkholt", "Dalsmark", "Ekhamra", "Fjellsand", "Granvik", "Havstrand", "Isfoss", "Kaldnes",
        "Kvernmo", "Lindhavn", "Myrskog", "Nordlund", "Osterfjell", "Rautakoski", "Salmivaara", "Skarvik", "Stensund",
        "Tallbacka", "Ulvshale", "Vintermo", "Ytterhavn",
    ),
    BENELUX: (
        "Achterdiep", "Beekzicht", "Damwoude", "Eikenrode", "Galgeveld", "Hoogwaard", "Kanaalzicht", "Lindevoort",
        "Meerbosch", "Nieuwemaas", "Oudelande", "Polderhof", "Rietkerk", "Scheldeburg", "Terwolde", "Veenhuis",
        "Waterschans", "Zandvoorde", "Zilverbeek",
    ),
    DACH: (
        "Adlergrund", "Bachmoos", "Donauwinkel", "Eschenried", "Felsenau", "Grünwaldhof", "Hagenbrück", "Innfeld",
        "Kaltenried", "Lindenfurt", "Moosrain", "Niederau", "Oberwald", "Rheinacker", "Seewinkel", "Steinhalde",
        "Tannenhof", "Uferau", "Waldeck", "Wiesengrund", "Zinnberg",
    ),
    AMERICA: (
        "Alder Ridge", "Bayou Point", "Blue Heron", "Cedar Fork", "Copper Bend", "Dogwood", "Eagle Notch",
        "Fern Hollow", "Granite Bend", "Hickory Run", "Juniper Flats", "Kettle Creek", "Lone Pine", "Mesa Verde",
        "North Prairie", "Osage Hill", "Pecan Grove", "Red Clay", "Sawtooth", "Tidewater Bend", "Willow Gap",
    ),
}  # fmt: skip

_TRADES = {
    FOOD: ("Dairies", "Bakery", "Foods", "Brewing", "Provisions", "Mills", "Ingredients", "Bottlers"),
    WATER: ("Water", "Water Services", "Waterworks", "Reservoirs", "Drainage Board"),
    HOSPITALS: ("General Hospital", "Hospitals", "Clinics", "Health Trust", "Medical Centre"),
    PORTS: ("Port Authority", "Terminals", "Docks", "Container Terminal", "Harbour Services"),
    PACKAGING: ("Packaging", "Cartons", "Board Mill", "Films", "Closures", "Glass"),
    RAIL: ("Rail Depots", "Rolling Stock", "Light Rail", "Tram Works", "Rail Services"),
}

_SCOPES = {
    FOOD: ("filling hall", "two plants", "cold store", "packing lines", "whole site", "boiler house"),
    WATER: ("pumping stations", "treatment works", "eastern network", "night shift", "all sites", "telemetry link"),
    HOSPITALS: ("main building", "plant rooms", "theatres and wards", "three sites", "audit record", "estates team"),
    PORTS: ("quay cranes", "berths 1 to 4", "straddle carriers", "night shift", "whole terminal", "workshop"),
    PACKAGING: ("converting hall", "press lines", "two plants", "corrugator", "changeovers", "whole site"),
    RAIL: ("wheel lathe and lifts", "two depots", "night inspections", "whole fleet", "overhaul shop", "depot rounds"),
}  # fmt: skip

_PRODUCTS = {"Tarnwell Rounds": 0.42, "Tarnwell Signal": 0.24, "Tarnwell Ledger": 0.20, "Rounds and Signal": 0.14}


def draw(rng: Random, weights: dict[str, float]) -> str:
    """Draw a key by its weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def draw_account(rng: Random, region: str, industry: str) -> str:
    """Name a company; the same name may come again, as customers do."""
    return f"{rng.choice(_ROOTS[region])} {rng.choice(_TRADES[industry])}"


def draw_deal_name(rng: Random, industry: str) -> str:
    """Say what is being sold: a product and where it is to work."""
    return f"{draw(rng, _PRODUCTS)}, {rng.choice(_SCOPES[industry])}"
