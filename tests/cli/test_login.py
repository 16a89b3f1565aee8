"""Which service is used, with which key, and where that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from camcli import profiles
from camcli.errors import Misused
from camcli.profiles import Access, Profiles
from infra.local.clouds.server import CloudServer
from tests.cli.conftest import Cam

KEY = "cam_0123_s3cret"


@pytest.fixture
def unset(cam: Cam) -> Cam:
    """The command without CAM_URL."""
    return Cam({name: value for name, value in cam.environ.items() if name != "CAM_URL"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process keeps profiles."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "cam"


def kept(cam: Cam) -> Path:
    return Path(cam.environ["HOME"], ".config", "cam", "profiles.json")


def test_login_without_authentication_needs_an_address_only_and_is_remembered(unset: Cam, url: str) -> None:
    with unset.typed("login") as terminal:
        terminal.reads("URL of the service [http://localhost:8001]:")
        terminal.types(f"{url}/api/v1/cam/")
        assert terminal.ends() == 0
    assert "no key is needed" in terminal.seen
    assert kept(unset).stat().st_mode & 0o777 == 0o600
    assert kept(unset).parent.stat().st_mode & 0o777 == 0o700
    assert len(unset.done("lanes").out.splitlines()) == 4
    assert unset.done("profiles", "--json").row == {"profile": "default", "url": url, "key": False, "current": True}


def test_profiles_are_chosen_by_name(unset: Cam, url: str) -> None:
    unset.done("login", "--url", url)
    unset.done("--profile", "other", "login", "--url", url)
    assert [row["current"] for row in unset.done("profiles", "--json").rows] == [False, True]
    assert unset.done("profiles", "use", "default").out == "profile default is in use\n"
    assert "*" in unset.done("profiles").out.splitlines()[1]
    unset.done("--profile", "other", "lanes")
    unset.done("lanes", CAM_PROFILE="other")
    for unknown in (unset("--profile", "third", "lanes"), unset("lanes", CAM_PROFILE="third")):
        assert (unknown.status, unknown.err[:33]) == (2, "cam: there is no profile 'third':")
    assert unset("profiles", "use", "third").status == 2
    assert unset.done("--profile", "other", "logout").out == "profile other is forgotten\n"
    assert unset("--profile", "other", "logout").status == 2
    assert len(unset.done("profiles", "--json").rows) == 1


def test_login_to_nothing_or_to_something_else_keeps_nothing(nowhere: Cam, cloud: CloudServer) -> None:
    absent = nowhere("login")
    assert (absent.status, absent.out) == (5, "")
    other = nowhere("login", "--url", cloud.url)
    assert (other.status, other.out) == (1, "")
    assert "is not this service" in other.err
    assert not kept(nowhere).exists()


def test_a_profile_that_cannot_be_read_is_told(cam: Cam) -> None:
    kept(cam).parent.mkdir(parents=True)
    kept(cam).write_text('{"profiles": []}')
    ended = cam("lanes")
    assert ended.status == 2
    assert "profiles.json" in ended.err


@pytest.mark.usefixtures("folder")
def test_the_key_of_a_profile_goes_to_its_own_service_only() -> None:
    profiles.save(Profiles().having("default", Access("https://one.example", KEY)))
    assert profiles.choose(None, {}) == Access("https://one.example", KEY)
    assert profiles.choose(None, {"CAM_URL": "https://one.example/"}).key == KEY
    assert profiles.choose(None, {"CAM_URL": "https://two.example"}) == Access("https://two.example", None)
    assert profiles.choose(None, {"CAM_URL": "https://two.example", "CAM_API_KEY": "k"}).key == "k"
    assert profiles.choose("default", {"CAM_URL": "https://two.example"}).url == "https://one.example"


@pytest.mark.usefixtures("folder")
def test_without_anything_the_service_is_looked_for_on_this_machine() -> None:
    assert profiles.choose(None, {}) == Access("http://localhost:8001", None)


@pytest.mark.parametrize("url", ["http://example.org", "http://10.0.0.1:8001"])
@pytest.mark.usefixtures("folder")
def test_a_key_never_travels_in_clear_but_on_this_machine(url: str) -> None:
    with pytest.raises(Misused, match="in clear") as refused:
        profiles.choose(None, {"CAM_URL": url, "CAM_API_KEY": KEY})
    assert KEY not in str(refused.value)
    assert profiles.choose(None, {"CAM_URL": "http://127.0.0.1:1", "CAM_API_KEY": KEY}).key == KEY


@pytest.mark.parametrize(
    "url", ["", "localhost:8001", "ftp://a", "http://", "http://u:p@h", "http://h/?q", "http://h:x"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Misused, match="must look like"):
        profiles.clean_url(url)


def test_a_key_is_never_shown() -> None:
    assert KEY not in repr(Profiles().having("default", Access("https://one.example", KEY)))


def test_the_file_is_replaced_at_once_and_nothing_is_left_beside_it(folder: Path) -> None:
    for url in ("https://one.example", "https://two.example"):
        profiles.save(Profiles().having("default", Access(url, KEY)))
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]
    assert json.loads((folder / "profiles.json").read_text())["profiles"]["default"]["url"] == "https://two.example"
