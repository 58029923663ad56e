"""Settings, URL table, the `chiso` command: where everything below is put together."""
