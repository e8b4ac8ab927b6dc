"""The cast everyone knows: who appears in tests, and as what; Bo, the buyer, has no way to sign in and no row."""

from __future__ import annotations

from dataclasses import dataclass

from contentlib.domain.people import Role


@dataclass(frozen=True)
class Member:
    """One of the cast; the password is what they sign in with where a test lets them."""

    email: str
    name: str
    roles: tuple[Role, ...]
    title: str = ""
    phone: str = ""
    is_active: bool = True


RITA = Member("rita@tarnwell.example", "Rita Vance", (Role.REP,), "Account Executive", "+44 113 496 0001")
SAM = Member("sam@tarnwell.example", "Sam Okafor", (Role.REP,), "Account Executive", "+44 113 496 0002")
MARCO = Member("marco@tarnwell.example", "Marco Bellini", (Role.MARKETER,), "Product Marketing")
LEO = Member("leo@tarnwell.example", "Leo Castellan", (Role.CONTENT_LEAD,), "Content Lead")
ADA = Member("ada@tarnwell.example", "Ada Norling", (Role.ADMIN,), "Sales Operations")
OTTO = Member("otto@tarnwell.example", "Otto Brandt", (Role.REP,), is_active=False)
NILS = Member("nils@tarnwell.example", "Nils Without-Roles", ())

CAST = (RITA, SAM, MARCO, LEO, ADA, OTTO, NILS)
