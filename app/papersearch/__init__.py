"""Search scientific papers in OpenSearch."""

__version__ = "0.1.0"
