"""Items with the fields that tencent's own show."""
