# What makers come to: CloudFront with a firewall, and behind it the name that leads to a region.
#
#   <domain>          CloudFront
#   origin.<domain>   the region that makers are sent to; pcf-ops changes it, and nobody else does
#   read.<domain>     region one, and region two by itself while one does not answer: for those who only read
#   <region>.<domain> a region's own balancer
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100", configuration_aliases = [aws, aws.global] }
  }
}

locals {
  origin_name  = "origin.${var.domain}"
  region_names = { for name in keys(var.regions) : name => "${name}.${var.domain}" }
}

resource "aws_route53_record" "region" {
  #checkov:skip=CKV2_AWS_23:it leads to the balancer of its region, which comes by a variable
  for_each = var.regions
  zone_id  = var.zone_id
  name     = local.region_names[each.key]
  type     = "A"
  alias {
    name                   = each.value.name
    zone_id                = each.value.zone_id
    evaluate_target_health = true
  }
}

# A change of region is decided (docs/design/regions.md): a name that moved by itself would send makers to a database that
# takes no writes.
resource "aws_route53_record" "origin" {
  #checkov:skip=CKV2_AWS_23:it leads to the names of the regions above
  zone_id = var.zone_id
  name    = local.origin_name
  type    = "CNAME"
  ttl     = 30
  records = [local.region_names.one]
  lifecycle { ignore_changes = [records] }
}

resource "aws_route53_health_check" "region" {
  for_each          = var.regions
  fqdn              = local.region_names[each.key]
  type              = "HTTPS"
  port              = 443
  resource_path     = "/healthz"
  request_interval  = 10
  failure_threshold = 3
  enable_sni        = true
}

resource "aws_route53_record" "read" {
  #checkov:skip=CKV2_AWS_23:it leads to the balancer of its region, which comes by a variable
  for_each       = var.regions
  zone_id        = var.zone_id
  name           = "read.${var.domain}"
  type           = "A"
  set_identifier = each.key
  failover_routing_policy { type = each.key == "one" ? "PRIMARY" : "SECONDARY" }
  health_check_id = aws_route53_health_check.region[each.key].id
  alias {
    name                   = each.value.name
    zone_id                = each.value.zone_id
    evaluate_target_health = true
  }
}

# Route 53 tells what its health checks see in us-east-1 only.
resource "aws_cloudwatch_metric_alarm" "region" {
  provider            = aws.global
  for_each            = aws_route53_health_check.region
  alarm_name          = "${var.name}-${each.key}-does-not-answer"
  alarm_description   = "The edge of region ${each.key} does not answer: docs/operations.md, Disaster recovery"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = each.value.id }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 1
  alarm_actions       = var.alarm_topics
}

resource "aws_route53_record" "domain" {
  for_each = toset(["A", "AAAA"])
  zone_id  = var.zone_id
  name     = var.domain
  type     = each.key
  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_86:Envoy writes the access log, with the client's address
  #checkov:skip=CKV_AWS_305:the root is the gateway's own page
  #checkov:skip=CKV_AWS_310:a change of region is decided, see origin above
  #checkov:skip=CKV_AWS_374:makers are everywhere
  #checkov:skip=CKV2_AWS_32:the gateway sends security headers
  #checkov:skip=CKV2_AWS_47:the rule set AWSManagedRulesKnownBadInputsRuleSet is in the web ACL
  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = [var.domain]
  web_acl_id      = aws_wafv2_web_acl.this.arn

  origin {
    origin_id   = "region"
    domain_name = local.origin_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      # Event streams say that they are there every 15 s.
      origin_read_timeout      = 60
      origin_keepalive_timeout = 60
    }
  }

  # Nothing is kept: what may be kept, the gateway says to browsers.
  default_cache_behavior {
    target_origin_id         = "region"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # Managed-CachingDisabled
    origin_request_policy_id = "216adef6-5c7f-47e4-b989-5492eafa07d3" # Managed-AllViewer
    compress                 = false
  }

  restrictions {
    geo_restriction { restriction_type = "none" }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_shield_protection" "this" {
  count        = var.shield_advanced ? 1 : 0
  provider     = aws.global
  name         = var.name
  resource_arn = aws_cloudfront_distribution.this.arn
}
