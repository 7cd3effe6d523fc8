"""Limits, reminders, lamps and mailing hours as versions that an office edits, proves and publishes itself."""
