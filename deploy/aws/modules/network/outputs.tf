output "vpc_id" { value = aws_vpc.this.id }
output "data_subnets" { value = [for each in aws_subnet.data : each.id] }
output "private_subnets" { value = [for each in aws_subnet.private : each.id] }
output "private_cidrs" { value = values(local.private) }
output "public_cidrs" { value = values(local.public) }
output "balancer" {
  value = {
    name             = aws_lb.this.dns_name
    zone_id          = aws_lb.this.zone_id
    target_group_arn = aws_lb_target_group.envoy.arn
  }
}
