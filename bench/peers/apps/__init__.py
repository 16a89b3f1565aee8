"""The peers, each with a no-op task whose result is kept. They run in the virtual environment of the peers and answer
to ``bench.peers.driver``: ``submit(count)``, ``done()`` (results kept so far) and ``reset()``.
"""
