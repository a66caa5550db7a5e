terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
  # Where the state is kept is told at init: terraform init -backend-config=backend.hcl
  backend "s3" {}
}
