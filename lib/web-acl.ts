import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { CLOUDFRONT_REGION } from './partition';
import { type RetentionOptions, retentionOf } from './storage/retention';
import { LEAST_WEB_ACL_RATE, MOST_WEB_ACL_RATE } from './aws-limits';

/** Options of a web ACL. */
export interface WebAclOptions {
  /**
   * Requests per minute from one IP address, 10 or more. Above that rate, WAF responds with 429. Users behind one address
   * share the limit. The default was not measured: compare it with the traffic of your busiest address.
   *
   * @default 2000
   */
  readonly rateLimit?: number;
}

export interface WebAclProps extends WebAclOptions, RetentionOptions {
  /** The kind of resource to protect. */
  readonly scope: WebAclScope;
}

/** Kinds of resources that a web ACL protects. */
export enum WebAclScope {
  /** Load balancers of the stack's Region. */
  REGIONAL = 'REGIONAL',

  /** CloudFront distributions; only in a stack in us-east-1. */
  CLOUDFRONT = 'CLOUDFRONT',
}

/** Window over which WAF counts requests, in seconds. */
const WINDOW_SECONDS = 60;

/**
 * AWS's rule groups, and their rules that only count. `NoUserAgent_HEADER` only counts because most WebSocket libraries send
 * no User-Agent. Rules for bodies only count because a message can contain a script or a path, and up to 32 KB instead of 8:
 * HTTP accepts the same messages as the WebSocket lane. (WAF ignores a rule name that AWS has removed from a group.)
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
const MANAGED_RULES: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
  AWSManagedRulesCommonRuleSet: [
    'NoUserAgent_HEADER',
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
  ],
};

/** Fields that are not logged: headers with secrets, and the query, which could contain one by mistake. */
const REDACTED = [
  ...['authorization', 'cookie', 'sec-websocket-protocol'].map((Name) => ({ singleHeader: { Name } })),
  { queryString: {} },
];

/**
 * AWS WAF: a rate limit for each address, then AWS's rules. Requests that it blocks or counts are logged. Request sampling
 * is off, because samples contain all headers.
 */
export class WebAcl extends Construct {
  readonly webAclArn: string;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { rateLimit = 2000 } = props;
    const { logRetention, removalPolicy } = retentionOf(props);
    this.node.addValidation({ validate: () => [...limitProblems(rateLimit), ...scopeProblems(this, props.scope)] });

    const prefix = metricPrefixOf(this);
    const webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visibilityOf(prefix),
      customResponseBodies: { RateLimited: { contentType: 'APPLICATION_JSON', content: JSON.stringify(RATE_LIMITED) } },
      rules: [
        rateRule(rateLimit, prefix),
        ...Object.entries(MANAGED_RULES).map(([name, counted], index) => managedRule(name, counted, index + 1, prefix)),
      ],
    });
    this.webAclArn = webAcl.attrArn;
    this.logGroup = new LogGroup(this, 'LogGroup', {
      // WAF requires this prefix. The id, which is new for each web ACL, prevents a conflict with a log group that was retained.
      logGroupName: `aws-waf-logs-${Names.uniqueResourceName(this, { maxLength: 200, separator: '-' })}-${webAcl.attrId}`,
      retention: logRetention,
      removalPolicy,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAclArn,
      logDestinationConfigs: [this.logGroupArn()],
      redactedFields: REDACTED,
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
  }

  /** Associates the web ACL with a load balancer of the same Region. */
  protect({ loadBalancerArn }: IApplicationLoadBalancer): void {
    new CfnWebACLAssociation(this, 'Association', { resourceArn: loadBalancerArn, webAclArn: this.webAclArn });
  }

  /** @returns the log group's ARN without the final `:*` that CloudFormation adds, and that WAF refuses */
  private logGroupArn(): string {
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: this.logGroup.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

/** RFC 9457 problem details, the same as the service's. WAF sends them as application/json. */
const RATE_LIMITED = {
  type: 'urn:twinlane:problem:rate_limited',
  title: 'Too many requests',
  status: 429,
  detail: 'Send fewer requests a minute',
};

/** Rate rule: it has the first priority, so that the other rules do not evaluate requests above the limit. */
function rateRule(limit: number, prefix: string): CfnWebACL.RuleProperty {
  return {
    name: 'RateLimit',
    priority: 0,
    statement: { rateBasedStatement: { aggregateKeyType: 'IP', evaluationWindowSec: WINDOW_SECONDS, limit } },
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: 'RateLimited',
          responseHeaders: [{ name: 'Retry-After', value: `${WINDOW_SECONDS}` }],
        },
      },
    },
    visibilityConfig: visibilityOf(`${prefix}-RateLimit`),
  };
}

function managedRule(
  name: string,
  counted: readonly string[],
  priority: number,
  prefix: string,
): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
    overrideAction: { none: {} },
    visibilityConfig: visibilityOf(`${prefix}-${name}`),
  };
}

/** Maximum length of the names of WAF's metrics, 128, less that of a rule: https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html */
const LONGEST_METRIC_PREFIX = 80;

/**
 * @returns the beginning of the names of a web ACL's metrics, with the stack's name. The names are dimensions of the metrics, so with the
 * same names, the metrics of two stages in a Region could add up.
 */
function metricPrefixOf(webAcl: WebAcl): string {
  return Names.uniqueResourceName(webAcl, { maxLength: LONGEST_METRIC_PREFIX, separator: '-' });
}

function visibilityOf(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}

function limitProblems(rateLimit: number): string[] {
  return Number.isInteger(rateLimit) && rateLimit >= LEAST_WEB_ACL_RATE && rateLimit <= MOST_WEB_ACL_RATE
    ? []
    : [
        `webAcl.rateLimit must be a whole number from ${LEAST_WEB_ACL_RATE} to ${MOST_WEB_ACL_RATE}, the range of WAF, got ${rateLimit}. Fix: use 2000`,
      ];
}

function scopeProblems(construct: Construct, scope: WebAclScope): string[] {
  const { region } = Stack.of(construct);
  return scope === WebAclScope.CLOUDFRONT && region !== CLOUDFRONT_REGION
    ? [
        `scope CLOUDFRONT must be in ${CLOUDFRONT_REGION}, got ${Token.isUnresolved(region) ? 'no Region' : region}. Fix: create it in a stack in ${CLOUDFRONT_REGION}`,
      ]
    : [];
}
