"""docker-compose.yml: valid and safe in every profile; the light stack does the main job."""
