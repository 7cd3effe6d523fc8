"""Where there is no network (离线): the two forms that open all the same, and what a phone asks before it sends."""
