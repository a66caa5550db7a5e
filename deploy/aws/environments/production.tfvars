environment     = "production"
standby         = true
domain          = "controls.example.com"
zone_id         = "Z0123456789EXAMPLE"
certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
oidc_providers = {
  "eu-west-1"    = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE1"
  "eu-central-1" = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE2"
}
database        = { class = "db.r7g.large", storage = 200, storage_max = 2000, backup_days = 35 }
cache_node      = "cache.r7g.large"
audit_lock_days = 365
shield_advanced = true
