"""Reads `ansible-inventory --list` on standard input and prints "NAME ADDRESS" for every host of the lab's network."""

import ipaddress
import json
import sys

network = ipaddress.ip_network(sys.argv[1])
for name, variables in json.load(sys.stdin)["_meta"]["hostvars"].items():
    try:
        inside = ipaddress.ip_address(variables.get("ansible_host", name)) in network
    except ValueError:
        inside = False
    if inside:
        print(name, variables.get("ansible_host", name))
