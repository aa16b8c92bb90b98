"""The REST API of this node."""

import base64
import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from .trouble import UNAVAILABLE, ApiError, Trouble, reason_of

PAUSE = 2


def quoted(*parts):
    return "".join("/" + urllib.parse.quote(part, safe="*,") for part in parts)


class Cluster:
    """The REST API of this node."""

    def __init__(self, settings, password, clock=time.monotonic, sleep=time.sleep):
        self.url, self.wait, self.clock, self.sleep = settings["url"], int(settings["wait"]), clock, sleep
        login = f"{settings['user']}:{password}".encode()
        self.headers = {"Authorization": "Basic " + base64.b64encode(login).decode(), "Content-Type": "application/json"}
        context = ssl.create_default_context(cafile=settings["ca"]) if settings["ca"] else None
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))

    def send(self, method, path, body=None, timeout=60):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace")) from error

    def get(self, path, timeout=60):
        """Asks until there is an answer: a node may be restarting, a cluster electing its manager."""
        end = self.clock() + self.wait
        while True:
            try:
                return self.send("GET", path, timeout=timeout)
            except (OSError, http.client.HTTPException) as error:
                refused = getattr(error, "reason", None)
                if isinstance(refused, ssl.SSLCertVerificationError):
                    raise Trouble(
                        UNAVAILABLE,
                        f"The certificate of {self.url} is refused ({refused}): run playbooks/site.yml, which renews it.",
                    ) from error
                problem = f"{type(error).__name__}: {error}"
            except ApiError as error:
                if error.status not in (429, 502, 503, 504):
                    raise
                problem = reason_of(str(error))
            if self.clock() >= end:
                raise Trouble(
                    UNAVAILABLE,
                    f"{self.url} has not answered for {self.wait} s ({problem}): look at this node, systemctl status opensearch.",
                )
            self.sleep(PAUSE)

    def is_mine_to_act(self):
        """Whether this node is the elected cluster manager."""
        elected = [row["node"] for row in self.get("/_cat/cluster_manager?format=json&h=node")]
        return self.get("/")["name"] in elected
