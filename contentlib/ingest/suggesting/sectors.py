"""Words that texts about a trade use, by trade, to be met with the industries that a company tells apart.

An industry of a library belongs to a trade when its label holds one of the trade's names; it counts for no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Sector(NamedTuple):
    """Names that labels of industries hold, and words by which a text is told to be about one; both as stems."""

    names: tuple[str, ...]
    words: tuple[str, ...]


def _sector(names: str, words: str) -> Sector:
    return Sector(tuple(names.split(", ")), tuple(words.split(", ")))


SECTORS: Mapping[str, Sector] = {
    "food": _sector(
        "food, drink, beverage, dairy, bakery, fmcg, consumer good",
        "dairy, bakery, brewery, bottling, creamery, milk, meat, chilled, bread, beer, beverage, haccp, "
        "food safety, filler, abattoir, confectionery",
    ),
    "water": _sector(
        "water, wastewater, utility",
        "drinking water, wastewater, sewage, pumping station, reservoir, treatment work, borehole, water supply",
    ),
    "energy": _sector(
        "energy, power, utility, electricity, oil, gas",
        "power plant, wind farm, turbine, substation, grid operator, electricity, refinery, solar park",
    ),
    "health": _sector(
        "health, healthcare, hospital, medical, clinic, care, life science",
        "patient, hospital, clinic, nurse, clinician, nhs, healthcare, medical device, physician",
    ),
    "pharma": _sector(
        "pharma, pharmaceutical, life science, biotech, biotechnology",
        "pharmaceutical, clinical trial, gmp, drug, biotech, laboratory, vaccine, genomic",
    ),
    "ports": _sector(
        "port, terminal, shipping, maritime, marine, logistic",
        "container terminal, crane, quay, berth, vessel, stevedore, harbour, port of, shipping line",
    ),
    "rail": _sector(
        "rail, railway, transport, transportation, transit",
        "rolling stock, railway, locomotive, tram, track inspection, depot",
    ),
    "automotive": _sector(
        "automotive, car, vehicle, mobility",
        "vehicle, car maker, automotive, oem, dealership, driver assistance, autosar, ecu, automaker",
    ),
    "aerospace": _sector(
        "aerospace, aviation, airline, space, defence, defense",
        "aircraft, airline, airport, satellite, aviation, spacecraft, launch vehicle, pilot training",
    ),
    "packaging": _sector(
        "packaging, paper, print, carton",
        "carton, corrugated, packaging line, folding box, label printing, paper mill, changeover, die cutting",
    ),
    "manufacturing": _sector(
        "manufacturing, industrial, machinery, engineering, factory",
        "factory, production line, assembly line, plant manager, machine builder, cnc, shop floor",
    ),
    "semiconductor": _sector(
        "semiconductor, electronic, hardware, chip", "semiconductor, wafer, chip, fpga, circuit board"
    ),
    "bank": _sector(
        "bank, banking, financial, finance, fintech, payment",
        "bank, banking, loan, mortgage, credit card, payment, financial institution, fintech, regulator",
    ),
    "insurance": _sector("insurance, insurer", "insurance, insurer, policyholder, underwriting, actuary"),
    "retail": _sector(
        "retail, commerce, ecommerce, consumer, fashion",
        "retailer, shopper, e-commerce, online shop, merchandise, fashion, supermarket, checkout",
    ),
    "telecom": _sector(
        "telecom, telecommunication, telco, network operator",
        "telecom, telecommunication, mobile network, network operator, subscriber, broadband, 5g, base station",
    ),
    "education": _sector(
        "education, university, school, academic",
        "student, university, school, teacher, classroom, curriculum, campus, professor, faculty",
    ),
    "public": _sector(
        "government, public, federal, municipal, civic, administration",
        "government, ministry, citizen, municipality, federal agency, public sector, council, tax office",
    ),
    "media": _sector(
        "media, entertainment, publishing, news, broadcast, music, television, video",
        "newsroom, publisher, journalist, broadcaster, streaming service, music, magazine, television, record label",
    ),
    "gaming": _sector("gaming, game", "game studio, gaming, multiplayer, console game, game server"),
    "travel": _sector("travel, hospitality, hotel, tourism, airline", "traveller, traveler, hotel, booking, airline"),
    "advertising": _sector("adtech, advertising, marketing", "advertiser, advertising, ad campaign, ad server, adtech"),
    "realestate": _sector(
        "real estate, property, construction, building", "real estate, property, building site, contractor, bim"
    ),
    "agriculture": _sector("agriculture, farming, agri", "farm, farmer, crop, livestock, tractor, irrigation"),
    "security": _sector(
        "security, cybersecurity", "cybersecurity, threat, malware, penetration test, vulnerability scan, soc team"
    ),
}
