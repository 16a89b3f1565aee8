"""The model of everything that somebody else wrote."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

AT_FIRST_USE = ConfigDict(defer_build=True)
"""For adapters of types: no start needs one either."""


class Strict(BaseModel):
    """Refuses fields that it does not know. Its validator is built at its first use: there are many models, most
    environments use few of them, and none is needed to start.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
