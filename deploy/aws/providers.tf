# Three places: the region of the product, the one that stands by, and the one where CloudFront's own things live.
locals {
  tags = { "pcf-builder/environment" = var.environment, "pcf-builder/managed-by" = "terraform" }
}

provider "aws" {
  region = var.region
  default_tags { tags = local.tags }
}

provider "aws" {
  alias  = "standby"
  region = var.standby_region
  default_tags { tags = local.tags }
}

provider "aws" {
  alias  = "global"
  region = "us-east-1"
  default_tags { tags = local.tags }
}
