"""Where there is no mail server: every mail becomes an .eml file that mail programs can open."""

import os
from pathlib import Path

from helpdesk import clock
from helpdesk.notices.channels import Mail, UnreachableError
from helpdesk.notices.channels.mail import message_of


class FolderChannel:
    """A folder; the same mail sent twice is one file."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def send(self, mail: Mail) -> str:
        """Write the file; its name."""
        name = f"{clock.local(mail.at):%Y%m%d}-{mail.message_id.strip('<>').partition('@')[0]}.eml"
        arriving = self._folder / f".{name}.{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            arriving.write_bytes(message_of(mail).as_bytes())
            arriving.replace(self._folder / name)
        except OSError as error:
            raise UnreachableError(f"{type(error).__name__}: {error}") from error
        return f"written to {name}"

    def close(self) -> None:
        """Nothing is open."""
