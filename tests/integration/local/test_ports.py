"""What the stack finds out before it starts anything."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from infra.local.ports import FolderLock, TakenError, check_ports
from tests.support.stack import free_ports


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, ""), (socket.AF_INET6, "::1")]
)
def test_a_taken_port_is_named_with_what_wanted_it_and_the_variable_that_changes_it(
    family: socket.AddressFamily, host: str
) -> None:
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with listener:
        port = listener.getsockname()[1]
        with pytest.raises(TakenError, match=f"port {port}, wanted by emulator, is taken: .* set EMULATOR_PORT"):
            check_ports({"emulator": port})


def test_free_ports_pass() -> None:
    check_ports(dict(zip(("api", "mongodb"), free_ports(2), strict=True)))


def test_a_port_is_free_again_right_after_a_server_with_open_connections_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        served, _ = listener.accept()
        served.close()
    client.close()
    check_ports({"api": port})


def test_a_second_stack_on_a_folder_is_told_of_the_first(tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(TakenError, match=rf"another stack \(pid {os.getpid()}\) uses {tmp_path}"):
        FolderLock(tmp_path).__enter__()
    with FolderLock(tmp_path):
        pass
