"""Writes so many lines into a file, each with a number, opening it anew for every hundred; half of them into the journal too."""

import json
import sys
import syslog
import time

count, prefix = int(sys.argv[1]), sys.argv[2]
syslog.openlog("generator")
for first in range(0, count, 100):
    with open("/var/log/generated/lines.log", "a", encoding="utf-8") as file:
        for number in range(first, min(first + 100, count)):
            file.write(
                json.dumps({"request_id": f"{prefix}file-{number}", "uri": f"/api/search?q={number}", "status": "200", "seconds": "0.1"})
                + "\n"
            )
            if number % 2:
                syslog.syslog(json.dumps({"request_id": f"{prefix}journal-{number}", "message": "said"}))
    time.sleep(0.03)
