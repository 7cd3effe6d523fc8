"""The door for web servers and for the `flask` command: the finished application as `app`."""

from helpdesk import create_app

app = create_app()
