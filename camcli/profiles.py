"""Where the services are and the keys to them: a file of this user alone."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import typer

from camcli.errors import Misused

DEFAULT = "default"
DEFAULT_URL = "http://localhost:8001"
API_PATH = "/api/v1/cam"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Access:
    """A service and the right to use it. ``url`` ends before the API's own path."""

    url: str
    key: str | None = field(default=None, repr=False)

    @property
    def loopback(self) -> bool:
        return urlsplit(self.url).hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles by name, and the one that is used unless another is asked for."""

    named: Mapping[str, Access] = field(default_factory=dict)
    current: str = DEFAULT

    def having(self, name: str, access: Access) -> Profiles:
        """With one more, which becomes the one in use."""
        return Profiles({**self.named, name: access}, name)

    def without(self, name: str) -> Profiles:
        kept = {known: access for known, access in self.named.items() if known != name}
        return Profiles(kept, self.current if self.current in kept else next(iter(kept), DEFAULT))


def path() -> Path:
    return Path(typer.get_app_dir("cam"), "profiles.json")


def load() -> Profiles:
    """Raises Misused for a file that cannot be read."""
    file = path()
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        named = {name: Access(str(it["url"]), it["key"]) for name, it in stored["profiles"].items()}
        return Profiles(named, str(stored["current"]))
    except FileNotFoundError:
        return Profiles()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misused(f"{file} cannot be read ({type(error).__name__}): remove it and `cam login` again") from None


def save(profiles: Profiles) -> None:
    """Replace the file at once; at no time can others read it."""
    file = path()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {
        "current": profiles.current,
        "profiles": {name: asdict(access) for name, access in profiles.named.items()},
    }
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=file.name)  # made with mode 0600
    try:
        with open(handle, "w", encoding="utf-8") as opened:
            json.dump(content, opened, indent=2)
        os.replace(beside, file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def choose(name: str | None, environ: Mapping[str, str]) -> Access:
    """What to use: CAM_URL and CAM_API_KEY, then the profile named, then the one in use, then this machine.

    The key of a profile goes to its own service only. Raises Misused.
    """
    wanted = name or environ.get("CAM_PROFILE")
    profiles = load()
    if wanted and wanted not in profiles.named:
        raise Misused(f"there is no profile {wanted!r}: make it with `cam --profile {wanted} login`")
    profile = profiles.named.get(wanted or profiles.current, Access(DEFAULT_URL))
    if name is None and (given := environ.get("CAM_URL")):
        url = clean_url(given)
        profile = profile if url == profile.url else Access(url)
    return usable(Access(profile.url, environ.get("CAM_API_KEY") or profile.key))


def usable(access: Access) -> Access:
    """Raises Misused for a key that would travel in clear."""
    if access.key and not access.loopback and not access.url.startswith("https://"):
        raise Misused(f"a key must not travel in clear: use https instead of {access.url}")
    if access.key and not (access.key.isascii() and access.key.isprintable()):
        raise Misused("the key is not one: it has characters that no key has")
    return access


def clean_url(text: str) -> str:
    """Without what people copy along with it. Raises Misused for what is no address."""
    url = text.strip().rstrip("/").removesuffix(API_PATH)
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    else:
        fits = fits and not (parts.query or parts.fragment or parts.username or parts.password)
    if not fits:
        raise Misused("the address must look like http://localhost:8001 or https://host/stage")
    return url
