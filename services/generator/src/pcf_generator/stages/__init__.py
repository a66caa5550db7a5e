"""The seven stages, one file each. A stage imports domain and ports, and never another stage."""
