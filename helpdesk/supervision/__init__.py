"""督办单: the supervision office's orders, what they are about, and how they come to be drafted."""
