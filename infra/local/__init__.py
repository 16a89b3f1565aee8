"""The whole service on one machine."""

from chalicelib import collector

collector.hold()  # each of its processes makes what it keeps first
