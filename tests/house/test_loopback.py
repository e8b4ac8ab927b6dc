"""The guard of tests/conftest.py lets tests reach this machine and nothing else."""

from __future__ import annotations

import socket

import pytest


def test_another_machine_is_refused_before_anything_is_sent():
    with socket.socket() as outside, pytest.raises(AssertionError, match="only this machine"):
        outside.connect(("192.0.2.1", 80))


def test_a_name_that_has_to_be_looked_up_is_refused():
    with socket.socket() as outside, pytest.raises(AssertionError, match="only this machine"):
        outside.connect_ex(("tarnwell.example", 443))


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_this_machine_is_reached(family: socket.AddressFamily, host: str):
    with socket.socket(family) as server, socket.socket(family) as client:
        try:
            server.bind((host, 0))
        except OSError:
            pytest.skip(f"{host} is not configured here")
        server.listen()
        client.connect(server.getsockname())
        assert client.getpeername()[0] == host
