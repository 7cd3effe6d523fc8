"""Problems that say the same: shown while one is typed and to whoever dispatches it, and which group such ones went to."""
