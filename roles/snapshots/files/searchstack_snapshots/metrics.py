"""What Prometheus is told of a run."""

import os
import re
from pathlib import Path


def metrics_text(family, labels, values):
    """Metrics in the format of Prometheus; what has no value is left out."""
    named = ",".join(f'{name}="{value}"' for name, value in labels.items())
    braces = f"{{{named}}}" if named else ""
    return "".join(
        f"# TYPE {family}_{name} gauge\n{family}_{name}{braces} {value:.15g}\n" for name, value in values.items() if value is not None
    )


def metrics_values(text, family):
    """What metrics_text was made from."""
    return {name: float(value) for name, value in re.findall(rf"^{family}_(\w+?)(?:{{.*}})? (\S+)$", text, re.MULTILINE)}


class Metrics:
    """A file of metrics. What was known before is kept, and until it is told otherwise the attempt has failed: it may be killed."""

    def __init__(self, family, labels, name, settings, now):
        self.family, self.labels = family, labels
        self.before = Path(settings["metrics_directory"]) / f"{name}.prom"
        # systemd makes the folder, and publishes what is in it when the run has ended, in whichever way.
        folder = os.environ.get("RUNTIME_DIRECTORY")
        self.file = Path(folder) / "metrics" if folder else None
        self.values = self.known()
        self.tell(last_attempt_timestamp_seconds=now, last_attempt_success=0)

    def known(self):
        try:
            return metrics_values(self.before.read_text(), self.family)
        except OSError:
            return {}

    def tell(self, **values):
        self.values.update(values)
        if self.file:
            part = self.file.with_suffix(".part")
            part.write_text(metrics_text(self.family, self.labels, self.values))
            part.replace(self.file)

    def withdraw(self):
        """Another node tells."""
        if self.file:
            self.file.unlink()
