"""Changes of the stored shape, made once in each store and in order: docs/migrations.md."""
