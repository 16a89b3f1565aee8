"""Tasks a second, and the worker's CPU time, of this service and of other task queues, side by side."""
