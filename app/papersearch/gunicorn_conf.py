"""gunicorn --config python:papersearch.gunicorn_conf"""

import os

from prometheus_client import multiprocess

from papersearch import logs

logconfig_dict = logs.config(os.environ.get("PAPERSEARCH_LOG_LEVEL", "INFO"))


def child_exit(server, worker):  # noqa: ARG001
    """The gauges of a worker that is gone must not be counted any longer."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
