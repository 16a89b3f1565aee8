"""What the service asks its store: every query's shape, the index that answers it, and what that costs."""
