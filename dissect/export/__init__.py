"""Tables out of captures: the schema, the sinks, and the run that joins them."""
