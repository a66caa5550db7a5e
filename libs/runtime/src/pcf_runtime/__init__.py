"""What every PCF Builder service shares; knows no service."""
