"""审计: who signed in, took something out, looked something up, was turned away or changed a setting; and its proof."""
