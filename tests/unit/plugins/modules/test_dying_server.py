# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that die in the middle of an answer, or are none of OpenSearch: each module says what happened, and none shows a traceback."""

from __future__ import annotations

import socket
import threading

import pytest
from inputs import COMPLETE, EVERY

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: 100\r\n"
# What is sent before the connection ends.
LAST_WORDS = {
    "nothing": b"",
    "half of the headers": HEAD,
    "half of the body": HEAD + b'\r\n{"cluster_name"',
    "no JSON": HEAD.replace(b"100", b"15") + b'\r\n{"cluster_name"',
    "a page": HEAD.replace(b"100", b"6").replace(b"application/json", b"text/html") + b"\r\n<html>",
    "text": HEAD.replace(b"100", b"2").replace(b"application/json", b"text/plain") + b"\r\nOK",
    "no HTTP": b"SSH-2.0-OpenSSH_10.0\r\n",
}


@pytest.fixture
def dying():
    """dying(words): the URL of a server that says that much to each client and then ends the connection."""
    listeners = []

    def start(words):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, words), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve(listener, words):
        while True:
            try:
                client = listener.accept()[0]
            except OSError:
                return
            with client:
                client.recv(65536)
                client.sendall(words)

    yield start
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize("words", LAST_WORDS)
@pytest.mark.parametrize("module", EVERY)
def test_a_server_that_dies_is_named(refused, dying, module, words):
    url = dying(LAST_WORDS[words])
    message = refused(module, {"hosts": [url], "retries": 0, **COMPLETE.get(module, {})})
    assert "no answer" in message
    assert url in message


@pytest.mark.parametrize("words", [b'{"hello": 1}', b"[]", b"{}", b'[{"a": 1}]'])
@pytest.mark.parametrize("module", EVERY)
def test_another_server_is_no_traceback(ended, dying, module, words):
    url = dying(HEAD.replace(b"100", str(len(words)).encode()) + b"\r\n" + words)
    answer = ended(module, {"hosts": [url], "retries": 0, **COMPLETE.get(module, {})})
    assert "failed" not in answer or answer["msg"]


def test_no_secret_gets_into_the_log(refused, monkeypatch):
    logged = []
    monkeypatch.setattr("ansible.module_utils.basic.AnsibleModule.log", lambda _module, text, **_more: logged.append(text))
    declared = {
        "users": [{"name": "a", "user_password": r"Granite\Copper"}],
        "security_config": {"dynamic": {}, "secrets": {"a.b": "Mica\nSlate"}},
    }
    refused("objects", {"hosts": ["https://127.0.0.1:9"], "retries": 0, **declared})
    refused("user", {"hosts": ["https://127.0.0.1:9"], "retries": 0, **declared["users"][0]})
    assert not [word for word in ("Granite", "Copper", "Mica", "Slate") if word in str(logged)]
