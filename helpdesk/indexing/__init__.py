"""The index of words: whatever was written about something is found by any part of it, in Chinese too."""
