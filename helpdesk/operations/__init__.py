"""Keeping the installation running: heartbeats of the jobs, the administrator's page, daily housekeeping."""
