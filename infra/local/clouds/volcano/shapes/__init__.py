"""Items with the fields that volcano's own show."""
