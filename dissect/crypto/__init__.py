"""What opens protected bytes: key logs, key schedules, ciphers.  It knows bytes and secrets, no packet and no layer.

Ciphers come from `cryptography` (the extra `crypto`), imported when first used; without it nothing opens.
"""
