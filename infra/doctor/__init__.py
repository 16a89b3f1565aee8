"""Looks at a stage for the mistakes that bite later: its template, its store, and its stack in AWS."""
