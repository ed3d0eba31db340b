"""E-mail: mailboxes read, messages cut down to what their sender wrote, and who signs them."""
