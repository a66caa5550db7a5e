output "database_arn" { value = aws_db_instance.this.arn }
output "database_address" { value = aws_db_instance.this.address }
output "cache_address" { value = aws_elasticache_replication_group.this.primary_endpoint_address }
output "cache_global_id" { value = try(aws_elasticache_global_replication_group.this[0].global_replication_group_id, null) }
