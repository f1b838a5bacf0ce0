"""The rules of the gateway: pure, without network, storage, threads or a clock of their own."""
