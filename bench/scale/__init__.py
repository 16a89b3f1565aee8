"""A day of a large installation, simulated: what it needs, what it costs, and what breaks first."""
