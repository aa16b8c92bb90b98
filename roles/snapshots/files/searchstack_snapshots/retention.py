"""Deletes the documents that are older than declared."""

import http.client
import json
import time

from .cluster import quoted
from .trouble import DATA, LATER, ApiError, Trouble, trouble_of


def retention_query(rule):
    """As tasks/retention.yml of the role opensearch_objects asks."""
    unit = "h" if rule["keep"].endswith("h") else "d"
    return {"query": {"range": {rule["field"]: {"lt": f"now-{rule['keep']}/{unit}"}}}}


def retain(cluster, rules, settings):
    """Deletes the documents that are older than declared."""
    deleted = 0
    for rule in rules:
        path = quoted(",".join(rule["indices"]), "_delete_by_query") + "?conflicts=proceed&ignore_unavailable=true&wait_for_completion=true"
        doing = f"{', '.join(rule['indices'])}: old documents were not all deleted"
        try:
            answer = cluster.send("POST", path, retention_query(rule), timeout=int(settings["time_limit"]))
        except ApiError as error:
            raise trouble_of(error, doing) from error
        except (OSError, http.client.HTTPException) as error:
            raise Trouble(LATER, f"{doing} ({error}); the next run goes on.") from error
        if answer.get("failures"):
            raise Trouble(DATA, f"{doing}: {json.dumps(answer['failures'][:3])}")
        deleted += answer["deleted"]
        print(f"{', '.join(rule['indices'])}: {answer['deleted']} documents older than {rule['keep']} deleted.")
    return {"deleted_documents": deleted, "last_success_timestamp_seconds": time.time()}
