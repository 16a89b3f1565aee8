"""``cam``: the command line of cam-tasks. It knows the service by its HTTP API alone."""

__version__ = "0.1.0"
