# In front of the cluster's Envoys: TCP as it is, for TLS ends at Envoy. CloudFront comes here, Route 53's health checks, and
# who is told in var.direct_cidrs. Two groups, for one may have 60 rules, and the two lists of AWS count as more.
resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "CloudFront to the balancer"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.balancer.id
  description       = "HTTPS from CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "envoy" {
  for_each          = { for pair in setproduct(keys(local.private), [8443, 9903]) : "${pair[0]} ${pair[1]}" => pair }
  security_group_id = aws_security_group.balancer.id
  description       = "to Envoy in ${each.value[0]}"
  cidr_ipv4         = local.private[each.value[0]]
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
}

resource "aws_security_group" "direct" {
  name        = "${var.name}-direct"
  description = "Who comes to the balancer past CloudFront"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "health" {
  security_group_id = aws_security_group.direct.id
  description       = "health checks of Route 53"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.health.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "direct" {
  for_each          = toset(var.direct_cidrs)
  security_group_id = aws_security_group.direct.id
  description       = "operators and readers"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_91:Envoy writes the access log, with the client's address
  name                             = var.name
  load_balancer_type               = "network"
  security_groups                  = [aws_security_group.balancer.id, aws_security_group.direct.id]
  subnets                          = [for each in aws_subnet.public : each.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = true
}

resource "aws_lb_target_group" "envoy" {
  name                   = var.name
  vpc_id                 = aws_vpc.this.id
  target_type            = "ip"
  port                   = 8443
  protocol               = "TCP"
  deregistration_delay   = 30
  connection_termination = false
  # Envoy has the maker's address from X-Forwarded-For; by those of CloudFront, answers would have to leave the private subnets.
  preserve_client_ip = false
  health_check {
    protocol            = "HTTP"
    port                = "9903"
    path                = "/ready"
    interval            = 5
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "tls" {
  #checkov:skip=CKV_AWS_2:TLS passes through to Envoy
  #checkov:skip=CKV_AWS_103:TLS passes through to Envoy, which takes 1.2 and newer
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.envoy.arn
  }
}
