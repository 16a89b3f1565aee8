"""Looks at a stage for the mistakes that bite later: its template, and its store."""
