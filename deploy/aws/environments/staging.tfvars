environment     = "staging"
standby         = false
domain          = "staging.controls.example.com"
zone_id         = "Z0123456789EXAMPLE"
certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
oidc_providers  = { "eu-west-1" = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE" }
database        = { class = "db.t4g.medium", storage = 50, storage_max = 200, backup_days = 7 }
cache_node      = "cache.t4g.small"
audit_lock_days = 1
