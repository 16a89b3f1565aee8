"""The Chalice application: mounts blueprints, nothing else."""

from __future__ import annotations

import chalicelib  # noqa: F401 - holds the collector while the framework is loaded, too

# isort: split
from chalice.app import Chalice

from chalicelib.api import authorizer, console, docs, prometheus
from chalicelib.api.catalogue import CATALOGUE, PREFIX
from chalicelib.api.conditional import answer_unchanged
from chalicelib.api.endpoint import envelope_framework_errors
from chalicelib.api.headers import cors, protect
from chalicelib.events import consumers, schedules
from chalicelib.settings import cors_origin

app = Chalice(app_name="cam-tasks", configure_logs=False)
app.api.cors = cors(cors_origin())
app.register_middleware(protect, "http")
app.register_middleware(answer_unchanged, "http")
app.register_middleware(envelope_framework_errors, "http")
app.register_blueprint(authorizer.guard)
for blueprint in CATALOGUE:
    app.register_blueprint(blueprint, url_prefix=PREFIX)
app.register_blueprint(docs.routes)
app.register_blueprint(console.routes)
app.register_blueprint(prometheus.routes)
app.register_blueprint(consumers.events)
app.register_blueprint(schedules.schedules)
