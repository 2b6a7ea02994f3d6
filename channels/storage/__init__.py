"""What the gateway remembers. The only place that knows the database."""
