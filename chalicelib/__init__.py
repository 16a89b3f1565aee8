"""Asynchronous tasks for cloud asset management."""

__version__ = "0.1.0"
