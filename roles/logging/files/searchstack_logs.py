"""Brings the log lines that rsyslog hands over (omprog) to an OpenSearch data stream, each once, or as JSON lines over TLS elsewhere.

rsyslog keeps them in its queue on disk until this program confirms them. Its own module for Elasticsearch is not used: to it, an error that
answers a whole request (503 of a node that starts, 429, 401) is an end of the matter, and the lines would be lost.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import sys
import syslog
import time
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

UTC = timezone.utc  # noqa: UP017
REQUEST_TIMEOUT = 30
# Of a bulk request; OpenSearch takes 100 MB.
REQUEST_BYTES = 5_000_000
# Between two writes of the metrics, and between two complaints about the same trouble.
METRICS_SECONDS = 5
COMPLAIN_SECONDS = 600
PREFIX = "searchstack_logging_"
# Between two attempts.
PAUSES = (0.5, 1, 2, 5)

# ---- What nobody may read

REDACTED = "[redacted]"
NAME = (
    r"pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|private|secret)[_-]?key|credentials?|authorization|cookie|"
    r"x-amz-signature|x-amz-credential"
)
SCHEME = r"(?:bearer|basic|digest|negotiate|apikey)"
# In order. A value ends with its quote, or else where a word of a URL, a header or a list does.
SECRETS = (
    (re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL), REDACTED),
    (
        re.compile(
            rf"((?:{NAME})\\*[\"']?\s{{0,8}}(?:=|:|%3d)\s{{0,8}})"
            rf"(?:\\*\"[^\"]+\"|\\*'[^']+'|(?:{SCHEME}\s+)?[^\s\"'&,;<>)\]}}\\]+)",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
    (re.compile(r"\b(Bearer\s+)[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1{REDACTED}"),
    (re.compile(r"\b(Basic\s+)(?=[A-Za-z]*[0-9+/=])[A-Za-z0-9+/]{6,}={0,2}", re.IGNORECASE), rf"\1{REDACTED}"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), REDACTED),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), REDACTED),
    (re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@]{0,64}:)[^\s@/]{1,256}@"), rf"\1{REDACTED}@"),
)
SECRET_KEY = re.compile(rf"(?:{NAME})$", re.IGNORECASE)


def redacted(value, patterns=SECRETS):
    """A value without secrets: text, or what JSON is made of."""
    if isinstance(value, str):
        for pattern, replacement in patterns:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, dict):
        return {key: REDACTED if SECRET_KEY.search(key) and inner else redacted(inner, patterns) for key, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner, patterns) for inner in value]
    return value


# ---- One shape for all of them

LEVELS = {"warn": "warning", "err": "error"} | dict.fromkeys(("crit", "alert", "emerg", "panic", "fatal"), "critical")
TEXT_LEVEL = re.compile(r"^\S+ \S+ \[(debug|info|notice|warn|error|crit|alert|emerg)\] ")
TIMES = ("time", "timestamp", "@timestamp")
# What a duration is called, and how many of it are a second.
DURATIONS = {"seconds": 1, "ms": 1000, "milliseconds": 1000, "took_millis": 1000}
LONGEST_ID = 128
# What the type flat_object takes as one value is 32,766 bytes.
LONGEST_VALUE = 8000


def moment(text):
    """A time as OpenSearch reads it, or nothing."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def parsed(text):
    """The fields of a line that is JSON."""
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def take(fields, *names):
    """The first of these fields that says something. All of them are gone then."""
    values = [fields.pop(name, None) for name in names]
    return next((value for value in values if value not in (None, "")), None)


def shortened(value, name, long):
    """Fields without values that are too long for them; those are added to `long`."""
    if isinstance(value, dict):
        return {key: shortened(inner, f"{name}.{key}" if name else key, long) for key, inner in value.items()}
    if isinstance(value, list):
        return [shortened(inner, name, long) for inner in value]
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        long.append(f"{name}: {value}")
        return "[in message]"
    return value


def service_of(line):
    unit = line.get("unit", "")
    return unit.removesuffix(".service") if unit.endswith(".service") else line.get("service", "")


def identity(line, host):
    """The same for the same line, however often it is read: of a file by its place, of the journal by its time."""
    place = (
        [line["file"], line.get("offset", "")] if line.get("file") else [line.get("time", ""), line.get("unit", ""), line.get("pid", "")]
    )
    return hashlib.sha256("\0".join([host, *place, line["text"]]).encode(errors="replace")).hexdigest()[:40]


def request_of(fields):
    """What a line says of an HTTP request."""
    address = str(take(fields, "uri", "path") or "")
    path, _mark, query = address.partition("?")
    found = {"method": take(fields, "method"), "path": path, "query": query, "status": number(take(fields, "status"))}
    if found["status"] is not None:
        found["status"] = int(found["status"])
    return {name: value for name, value in found.items() if value not in (None, "")}


def document(line, host, patterns=SECRETS):
    """(id, document) of a line."""
    text = line["text"]
    fields = parsed(text)
    level = line.get("level", "")
    found = {"@timestamp": moment(line.get("time")), "host": {"name": host}, "service": {"name": service_of(line)}, "log": {}}
    if fields is None:
        shown = TEXT_LEVEL.match(text)
        level = shown.group(1) if shown else level
        found["message"] = redacted(text, patterns)
    else:
        fields = redacted(fields, patterns)
        found["@timestamp"] = moment(take(fields, *TIMES)) or found["@timestamp"]
        level = take(fields, "level") or level
        # OpenSearch says whose request was slow (X-Opaque-Id).
        opaque = ("id",) if "slowlog" in str(fields.get("type", "")) else ()
        request = take(fields, "request_id", *opaque)
        if request is not None and len(str(request)) <= LONGEST_ID:
            found["request_id"] = str(request)
        if asked := request_of(fields):
            found["http"] = asked
        client = take(fields, "client")
        if client:
            found["client"] = {"address": str(client)}
        durations = {name: number(fields.pop(name, None)) for name in DURATIONS}
        found["duration"] = next((value / DURATIONS[name] for name, value in durations.items() if value is not None), None)
        message = take(fields, "message")
        found["message"] = message if isinstance(message, str) else json.dumps(message) if message is not None else ""
        long = []
        if fields:
            found["fields"] = shortened(fields, "", long)
        found["message"] = "\n".join([found["message"], *long])
    level = str(level).strip().lower()
    found["log"] = {"level": LEVELS.get(level, level)}
    if line.get("file"):
        found["log"]["file"] = line["file"]
    if not found["@timestamp"]:
        found["@timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return identity(line, host), {name: value for name, value in found.items() if value is not None}


# ---- Where they go


class NotYet(Exception):
    """They have not arrived, and are to be sent again."""


class Counts:
    """What became of the lines since the program began."""

    def __init__(self):
        self.shipped = self.duplicates = self.refused = self.failures = 0


def trusting(settings):
    context = ssl.create_default_context(cafile=settings.get("ca") or None)
    if settings.get("certificate"):
        context.load_cert_chain(settings["certificate"], settings["key"])
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class OpenSearch:
    """A data stream. A document that is there already (409) has arrived before."""

    def __init__(self, settings, counts, refuse):
        self.settings, self.counts, self.refuse = settings, counts, refuse
        self.urls = list(settings["urls"])
        self.connection = None

    def send(self, documents):
        part, size = [], 0
        for identifier, found in documents:
            row = json.dumps({"create": {"_id": identifier}}) + "\n" + json.dumps(found, ensure_ascii=False) + "\n"
            row = row.encode(errors="replace")
            if part and size + len(row) > REQUEST_BYTES:
                self.post(part)
                part, size = [], 0
            part.append(row)
            size += len(row)
        if part:
            self.post(part)

    def post(self, rows):
        status, text = self.request(b"".join(rows))
        if status in (400, 413):
            # Something in it cannot be taken: find it, and do not let the others wait for it.
            if len(rows) == 1:
                self.refuse(rows[0], f"{status}: {text[:500]}")
                return
            middle = len(rows) // 2
            self.post(rows[:middle])
            self.post(rows[middle:])
            return
        if status != http.client.OK:
            raise NotYet(f"{self.urls[0]} answers {status}: {' '.join(text.split())[:200]}")
        try:
            self.judge(rows, json.loads(text)["items"])
        except (ValueError, KeyError, TypeError) as error:
            raise NotYet(f"{self.urls[0]} answers what is no answer to a bulk request: {text[:200]}") from error

    def judge(self, rows, items):
        trouble = None
        for row, item in zip(rows, items, strict=True):
            result = item["create"]
            status = result["status"]
            if status in (200, 201):
                self.counts.shipped += 1
            elif status == http.client.CONFLICT:
                self.counts.duplicates += 1
            elif status == http.client.BAD_REQUEST:
                self.refuse(row, json.dumps(result.get("error")))
            else:
                trouble = trouble or f"{self.urls[0]} does not take a document ({status}): {json.dumps(result.get('error'))[:300]}"
        if trouble:
            raise NotYet(trouble)

    def request(self, body):
        """(status, text) of the first node that answers. The one that does is asked first from then on."""
        reasons = []
        for _url in list(self.urls):
            try:
                return self.ask(body)
            except (OSError, http.client.HTTPException) as error:
                reasons.append(f"{self.urls[0]}: {error or type(error).__name__}")
                self.forget()
                self.urls.append(self.urls.pop(0))
        raise NotYet("no node of OpenSearch answers: " + "; ".join(reasons))

    def ask(self, body):
        if self.connection is None:
            address = urlsplit(self.urls[0])
            self.connection = http.client.HTTPSConnection(
                address.hostname, address.port or 443, timeout=REQUEST_TIMEOUT, context=trusting(self.settings)
            )
        # Read each time: a changed password needs no restart.
        login = f"{self.settings['user']}:{Path(self.settings['password_file']).read_text(encoding='utf-8').strip()}"
        headers = {"Content-Type": "application/x-ndjson", "Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
        path = f"/{self.settings['data_stream']}/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason"
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        status, text = answer.status, answer.read().decode(errors="replace")
        if status in (429, 502, 503, 504):
            # It is there, but not for us: another one may be.
            raise http.client.HTTPException(f"{status} {' '.join(text.split())[:200]}")
        return status, text

    def forget(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Lines:
    """JSON lines over TLS, as Logstash's tcp input with codec json_lines reads them. The other side confirms nothing."""

    def __init__(self, settings, counts, _refuse):
        self.settings, self.counts = settings, counts
        self.connection = None

    def send(self, documents):
        rows = [json.dumps(found | {"event": {"id": identifier}}, ensure_ascii=False) for identifier, found in documents]
        try:
            if self.connection is None or self.gone():
                self.connect()
            self.connection.sendall("".join(f"{row}\n" for row in rows).encode(errors="replace"))
        except OSError as error:
            self.connection = None
            raise NotYet(f"{self.settings['host']}:{self.settings['port']}: {error or type(error).__name__}") from error
        self.counts.shipped += len(rows)

    def connect(self):
        raw = socket.create_connection((self.settings["host"], self.settings["port"]), timeout=REQUEST_TIMEOUT)
        name = self.settings.get("server_name") or self.settings["host"]
        self.connection = trusting(self.settings).wrap_socket(raw, server_hostname=name) if self.settings["tls"] else raw

    def gone(self):
        """Whether the other side has hung up meanwhile."""
        self.connection.settimeout(0)
        try:
            return self.connection.recv(1) == b""
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.connection.settimeout(REQUEST_TIMEOUT)


# ---- How it is


class Metrics:
    """A file for the node exporter."""

    def __init__(self, path, output, clock=time.time):
        self.path, self.output, self.clock = Path(path), output, clock
        self.success = self.known() or clock()
        self.queue = {"size": 0, "discarded.full": 0}
        self.written = 0

    def known(self):
        """When something last arrived, before this program began."""
        try:
            found = re.search(r"^searchstack_logging_last_success_timestamp_seconds\{.*\} (\S+)$", self.path.read_text(), re.MULTILINE)
        except OSError:
            return None
        return float(found.group(1)) if found else None

    def note(self, line):
        """What rsyslog tells of itself (impstats)."""
        told = parsed(line["text"].strip()) or {}
        if told.get("name") == f"{self.output} queue":
            self.queue = {name: told.get(name, 0) for name in self.queue}

    def write(self, counts, at_once=False):
        now = self.clock()
        if not at_once and now - self.written < METRICS_SECONDS:
            return
        self.written = now
        values = {
            "shipped_total": ("counter", "Log lines that have arrived.", counts.shipped),
            "duplicates_total": ("counter", "Log lines that were there already.", counts.duplicates),
            "refused_total": ("counter", "Log lines that OpenSearch cannot take.", counts.refused),
            "failures_total": ("counter", "Attempts that have failed.", counts.failures),
            "queue_size": ("gauge", "Log lines in the queue.", self.queue["size"]),
            "queue_discarded_total": ("counter", "Log lines for which the queue had no room.", self.queue["discarded.full"]),
            "last_success_timestamp_seconds": ("gauge", "When lines last arrived. rsyslog adds some twice a minute.", self.success),
        }
        text = "".join(
            f'# HELP {PREFIX}{name} {about}\n# TYPE {PREFIX}{name} {kind}\n{PREFIX}{name}{{output="{self.output}"}} {value}\n'
            for name, (kind, about, value) in values.items()
        )
        part = self.path.with_suffix(".part")
        try:
            part.write_text(text, encoding="utf-8")
            part.chmod(0o644)
            part.replace(self.path)
        except OSError:
            # Without an exporter there is no folder.
            return


class Shipper:
    """The other side of omprog, with confirmMessages and useTransactions."""

    def __init__(self, settings, wait, complain=None, clock=time.time):
        self.settings, self.wait, self.clock = settings, wait, clock
        self.complain = complain or (lambda text: syslog.syslog(syslog.LOG_ERR, text))
        self.counts = Counts()
        self.output = {"opensearch": OpenSearch, "forward": Lines}[settings["output"]](settings, self.counts, self.refuse)
        self.metrics = Metrics(settings["metrics_file"], settings["output"], clock)
        self.patterns = (*SECRETS, *((re.compile(pattern), REDACTED) for pattern in settings.get("redact", [])))
        self.batch = []
        self.said, self.said_at = "", 0

    def refuse(self, row, reason):
        """Lines that can never be taken go to a file: for somebody to look at."""
        self.counts.refused += 1
        with os.fdopen(os.open(self.settings["refused_file"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            file.write(json.dumps({"reason": redacted(reason)}).encode() + b"\n" + row)

    def add(self, raw):
        try:
            line = json.loads(raw.decode(errors="replace"), strict=False)
        except ValueError:
            line = {"from": "rsyslog", "text": raw.decode(errors="replace").strip()}
        if line.get("from") == "impstats":
            self.metrics.note(line)
        elif line.get("text"):
            self.batch.append(document(line, self.settings["host_name"], self.patterns))

    def commit(self):
        """Ends when they have arrived. rsyslog is not told of failures: it would try each line of a batch on its own then."""
        failed = 0
        while True:
            try:
                self.output.send(self.batch)
                break
            except NotYet as trouble:
                self.counts.failures += 1
                self.metrics.write(self.counts)
                self.tell(str(trouble))
                self.wait(PAUSES[min(failed, len(PAUSES) - 1)])
                failed += 1
        self.tell("")
        self.metrics.success = self.clock()
        self.metrics.write(self.counts)
        return "OK"

    def tell(self, trouble):
        """The journal gets each trouble once in a while, and its end."""
        now = self.clock()
        kind = trouble[:60]
        if kind and (kind != self.said or now - self.said_at > COMPLAIN_SECONDS):
            self.complain(f"Log lines wait in the queue, because {redacted(trouble)}")
            self.said, self.said_at = kind, now
        elif not kind and self.said:
            self.complain("Log lines arrive again.")
            self.said = ""

    def answer(self, raw):
        if raw == b"BEGIN TRANSACTION\n":
            self.batch = []
            return "OK"
        if raw == b"COMMIT TRANSACTION\n":
            return self.commit()
        self.add(raw)
        return "DEFER_COMMIT"


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def wait(seconds):
    """A dot tells rsyslog that an answer will come; where it is gone, this ends the program."""
    say(".")
    time.sleep(seconds)


def main():
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    syslog.openlog("searchstack-logs", 0, syslog.LOG_DAEMON)
    shipper = Shipper(settings, wait)
    say("OK\n")
    for raw in sys.stdin.buffer:
        say(shipper.answer(raw) + "\n")
    shipper.metrics.write(shipper.counts, at_once=True)


if __name__ == "__main__":
    main()
