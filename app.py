"""The Chalice application: mounts blueprints, nothing else."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.api import accounts, assets, dead_letters, health, lanes, providers, tasks
from chalicelib.api.endpoint import envelope_framework_errors
from chalicelib.events import consumers, schedules

API = "/api/v1/cam"

app = Chalice(app_name="cam-tasks", configure_logs=False)
app.register_middleware(envelope_framework_errors, "http")
for blueprint in (tasks, dead_letters, lanes, accounts, assets, providers, health):
    app.register_blueprint(blueprint.routes, url_prefix=API)
app.register_blueprint(consumers.events)
app.register_blueprint(schedules.schedules)
