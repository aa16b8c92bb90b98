"""Snapshots of an OpenSearch cluster by timers. It begins in command.py."""
