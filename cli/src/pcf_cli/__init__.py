"""The command line of PCF Builder."""
