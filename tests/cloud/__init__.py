"""What Terraform makes of deploy/aws: valid, safe, and applied to a stand-in of AWS."""
