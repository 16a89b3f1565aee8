"""Asynchronous tasks for cloud asset management."""

from chalicelib import collector

__version__ = "0.1.0"

collector.hold()  # before the rest is loaded, which is most of a start
