"""The `Provider` port for each API there is; what they share is `streaming`, what tells failures apart `verdicts`.

The SDKs are slow to load and large, so that only `opening` imports them, and only for what the catalogue names.
"""
