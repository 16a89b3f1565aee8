"""The Chalice application: mounts blueprints, nothing else."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.api import authorizer, docs, prometheus
from chalicelib.api.catalogue import CATALOGUE, PREFIX
from chalicelib.api.endpoint import envelope_framework_errors
from chalicelib.events import consumers, schedules

app = Chalice(app_name="cam-tasks", configure_logs=False)
app.register_middleware(envelope_framework_errors, "http")
app.register_blueprint(authorizer.guard)
for blueprint in CATALOGUE:
    app.register_blueprint(blueprint, url_prefix=PREFIX)
app.register_blueprint(docs.routes)
app.register_blueprint(prometheus.routes)
app.register_blueprint(consumers.events)
app.register_blueprint(schedules.schedules)
