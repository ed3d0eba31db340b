"""What leaves the service by itself: mails, chat messages and webhooks, each once, and what became of it."""
