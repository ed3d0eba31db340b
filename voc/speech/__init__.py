"""Recordings in, turns out: decoding, channels and roles, transcription and conversation measures."""
