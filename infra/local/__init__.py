"""The whole service on one machine."""

import chalicelib  # noqa: F401 - holds the collector while a process loads, those of the fake clouds too
