"""Fake clouds that speak the real wire protocols on loopback, for tests and for the one-machine stack."""
