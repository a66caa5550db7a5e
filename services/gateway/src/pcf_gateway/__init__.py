"""The REST surface of PCF Builder."""
