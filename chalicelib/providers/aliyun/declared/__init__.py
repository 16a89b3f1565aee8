"""The declarations, by group of kinds."""
