"""A service with an account of every kind, and all that it could tell a secret to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bson import json_util
from pymongo.database import Database

from tests.hostile.secrets.accounts import ACCOUNTS, SERVICE
from tests.hostile.secrets.clouds import Cloud
from tests.hostile.secrets.service import TOKEN, Service
from tests.support.canary import Canary, mark

BUCKET = "cam-secrets"
PASSWORD = mark("store password")
WRONG = mark("wrong secret")
SECRETS = {name: secret for account in ACCOUNTS for name, secret in account.secrets.items()} | {
    "store_password": PASSWORD,
    "token_of_a_caller": TOKEN,
    "wrong_secret": WRONG,
    "service_secret": SERVICE["AWS_SECRET_ACCESS_KEY"],
}
"""Of the service's own credentials the others stand in the link to an export, which is signed with them."""
RICHEST = {account.provider: account.name for account in ACCOUNTS}
"""The account of each cloud with the most to tell: those that are tested over HTTP too."""


@dataclass
class Stand:
    """A service with an account of every kind, and all that it could tell a secret to."""

    service: Service
    clouds: tuple[Cloud, ...]
    database: Database[dict[str, Any]]
    aws: dict[str, str]
    canary: Canary
    ids: dict[str, int] = field(default_factory=dict)
    ways: int = 0
    found: int = 0
    seen: set[str] = field(default_factory=set)

    def sync(self) -> set[str]:
        """Sync each account by itself in one batch; the statuses that the tasks end with."""
        ids = []
        for name, number in self.ids.items():
            body = {"provider": name.partition("_")[0], "account_id": number, "max_retry": 0}
            ids.append(self.service.ask("POST", "/tasks/sync-assets", body)["data"]["task_id"])
        self.service.work(*ids)
        return {task["status"] for task in self.database["tasks"].find({"_id": {"$in": ids}})}

    def test_accounts(self) -> None:
        for name in RICHEST.values():
            self.service.ask("POST", f"/accounts/{self.ids[name]}/test")

    def point(self, name: str, endpoint: str) -> None:
        self.service.ask("PUT", f"/accounts/{self.ids[name]}", {"endpoint": endpoint})

    def search(self, way: str, service: Service | None = None) -> list[str]:
        """Look through everything that can be seen by now, and was not yet: what was found, and where."""
        self.ways += 1
        asked = service or self.service
        texts = [("answer", answer) for answer in asked.answers]
        texts += [("output", line) for output in asked.output().values() for line in output.splitlines()]
        texts += [
            (name, json_util.dumps(document))
            for name in self.database.list_collection_names()
            for document in self.database[name].find()
        ]
        asked.answers.clear()
        found = [
            f"{way}: {sorted(names)} in {place}"
            for place, text in texts
            if text not in self.seen and (names := self.canary.found_in(text))
        ]
        self.seen.update(text for _, text in texts)
        self.found += len(found)
        return found
