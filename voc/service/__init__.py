"""The application: every use case once, asked for by an actor, answered with a record; doors only parse and draw."""
