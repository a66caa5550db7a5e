"""Between REST resources and protobuf messages, and nothing else."""
