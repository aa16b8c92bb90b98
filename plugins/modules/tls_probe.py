#!/usr/bin/python
# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tls_probe
short_description: See which certificate a port serves, and whether it accepts a client's
description:
  - Makes one TLS handshake, from the host on which it runs, and says what happened. Sends nothing after it, and never changes anything.
  - The server's certificate is not validated, because the question is which one it is. RV(fingerprint) tells it from all others.
author:
  - The searchstack developers (@searchstack)
version_added: 0.1.0
extends_documentation_fragment: searchstack.platform.attributes.looks
options:
  host:
    description: Address or name of the server.
    type: str
    required: true
  port:
    description: Port of the server.
    type: int
    required: true
  client_certificate:
    description:
      - Path of the certificate to present. The handshake then uses TLS 1.2, in which a server refuses a client before the handshake ends.
    type: path
  client_key:
    description: Path of its private key.
    type: path
  client_pem:
    description: The certificate to present and its private key, as text, for a pair that shall not be stored on the host.
    type: str
  timeout:
    description: Seconds that the server has for each answer.
    type: float
    default: 10.0
"""

EXAMPLES = r"""
- name: See which certificate the balancer serves
  searchstack.platform.tls_probe:
    host: 192.0.2.11
    port: 443
  register: served

- name: The node must accept the certificate of its peers
  searchstack.platform.tls_probe:
    host: 192.0.2.41
    port: 9300
    client_certificate: /etc/searchstack/tls/node.pem
    client_key: /etc/searchstack/tls/node.key
  register: transport
  failed_when: not transport.accepted
"""

RETURN = r"""
accepted:
  description: Whether the handshake was completed.
  returned: always
  type: bool
fingerprint:
  description: SHA-256 of the served certificate, in lower-case hexadecimal digits.
  returned: when the handshake was completed
  type: str
msg:
  description: What happened, in a sentence. A task that retries until something else happens ends with it.
  returned: always
  type: str
  sample: "192.0.2.41:9300 refused the handshake: tlsv1 alert unknown ca"
unreachable_port:
  description: Whether nothing answered at all, so that the certificate had no part in it.
  returned: always
  type: bool
"""

import hashlib
import os
import socket
import ssl
import tempfile

from ansible.module_utils.basic import AnsibleModule


def context_of(params, folder):
    """What the client presents and demands: nothing of the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    certificate, key = params["client_certificate"], params["client_key"]
    if params["client_pem"]:
        # Python reads key pairs from files only.
        descriptor, certificate = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w") as pair:
            pair.write(params["client_pem"])
        key = certificate
    if certificate:
        try:
            context.load_cert_chain(certificate, key)
        finally:
            if params["client_pem"]:
                os.unlink(certificate)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def probe(host, port, context, timeout):
    """{accepted, unreachable_port, msg, fingerprint if accepted}"""
    try:
        plain = socket.create_connection((host, port), timeout)
    except OSError as error:
        return {"accepted": False, "unreachable_port": True, "msg": f"{host}:{port} cannot be reached: {error}"}
    with plain:
        try:
            with context.wrap_socket(plain) as secured:
                fingerprint = hashlib.sha256(secured.getpeercert(binary_form=True)).hexdigest()
        except TimeoutError:
            # A server that takes long to answer refuses nobody.
            return {"accepted": False, "unreachable_port": True, "msg": f"{host}:{port} did not answer within {timeout:g} s"}
        except OSError as error:
            return {"accepted": False, "unreachable_port": False, "msg": f"{host}:{port} refused the handshake: {error}"}
    message = f"{host}:{port} completed the handshake and serves the certificate with SHA-256 {fingerprint}"
    return {"accepted": True, "unreachable_port": False, "msg": message, "fingerprint": fingerprint}


def main():
    module = AnsibleModule(
        argument_spec={
            "host": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "client_certificate": {"type": "path"},
            "client_key": {"type": "path", "no_log": False},
            "client_pem": {"type": "str", "no_log": True},
            "timeout": {"type": "float", "default": 10.0},
        },
        required_together=[("client_certificate", "client_key")],
        mutually_exclusive=[("client_pem", "client_certificate")],
        supports_check_mode=True,
    )
    try:
        context = context_of(module.params, module.tmpdir)
    except OSError as error:
        module.fail_json(msg=f"client_certificate, client_key or client_pem cannot be used: {error}")
    module.exit_json(changed=False, **probe(module.params["host"], module.params["port"], context, module.params["timeout"]))


if __name__ == "__main__":
    main()
