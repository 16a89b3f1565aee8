"""The volcano provider, through the real SDK, against the fake cloud."""
