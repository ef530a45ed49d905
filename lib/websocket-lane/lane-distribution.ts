import { Arn, ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
  KeyAlgorithm,
} from 'aws-cdk-lib/aws-certificatemanager';
import {
  CachePolicy,
  Distribution,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER } from '../../lambda/origin-secret';
import { AliasRecords } from '../domains/alias-records';
import type { LaneDomain } from '../domains/lane-domain';
import type { Retention } from '../storage/retention';
import { isInZone } from '../domains/host-names';
import { WebAcl, WebAclScope } from '../web-acl';

/** Options of the distribution in front of the WebSocket API. */
export interface LaneDistributionOptions {
  /** The API's own host, behind the distribution; in the zone of the lane's host: `ws-origin.example.com`. */
  readonly originHostName: string;

  /**
   * A certificate of us-east-1 for the lane's host.
   *
   * @default - the lane's own, which is one in a stack in us-east-1
   */
  readonly certificate?: ICertificate;

  /**
   * The ARN of a web ACL for distributions, which is one of us-east-1: of a {@link WebAcl} there, or another.
   *
   * @default - one with AWS's rules is made, in a stack in us-east-1
   */
  readonly webAclArn?: string;

  /** Requests a minute from one IP address that the created web ACL lets through, 10 or more. @default 2000 */
  readonly rateLimit?: number;
}

export interface LaneDistributionProps extends LaneDistributionOptions {
  /** Removal policy and log retention. */
  readonly retention: Retention;

  /** The host that clients know. */
  readonly domain: LaneDomain;
}

/** Region of CloudFront's certificates and web ACLs. */
const GLOBAL_REGION = 'us-east-1';

/**
 * CloudFront with AWS WAF, in front of a WebSocket API. It authenticates to the API with a secret that is created here.
 * Anyone who can read the configuration of either can read the secret.
 *
 * `npm start` refuses a lane with one, because the secret's value exists only in AWS. Leave it out of the stage that runs on one machine.
 */
export class LaneDistribution extends Construct {
  readonly distribution: Distribution;

  /** Of the host that clients know. */
  readonly certificate: ICertificate;

  /** The domain that the API has to have. */
  readonly origin: LaneDomain;

  /** Secret that the API expects in {@link ORIGIN_SECRET_HEADER}: a reference that CloudFormation resolves. */
  readonly originSecret: string;

  constructor(scope: Construct, id: string, props: LaneDistributionProps) {
    super(scope, id);
    const { domain, originHostName } = props;
    const found = problems(this, props);
    this.node.addValidation({ validate: () => found });

    this.certificate = props.certificate ?? domain.certificate;
    this.origin = {
      hostName: originHostName,
      hostedZone: domain.hostedZone,
      certificate: new Certificate(this, 'OriginCertificate', {
        domainName: originHostName,
        validation: CertificateValidation.fromDns(domain.hostedZone),
        keyAlgorithm: KeyAlgorithm.EC_PRIME256V1,
      }),
    };
    const secret = new Secret(this, 'OriginSecret', {
      generateSecretString: { excludePunctuation: true, passwordLength: 43 },
      removalPolicy: props.retention.removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'Distribution and function have a copy each, from their deployment: a new secret alone would part them.',
    });
    this.originSecret = secret.secretValue.unsafeUnwrap();
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `${domain.hostName}: WebSockets`,
      // Without a certificate that CloudFront takes its construct throws: what is wrong is told at synth, all of it at once.
      ...(found.length === 0 && {
        domainNames: [domain.hostName],
        certificate: this.certificate,
      }),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      webAclId: props.webAclArn ?? this.madeWebAcl(props),
      defaultBehavior: {
        origin: new HttpOrigin(originHostName, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          customHeaders: { [ORIGIN_SECRET_HEADER]: this.originSecret },
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // Origin and subprotocols go on to the API; the Host is the API's own, by which it knows its domain.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
    });
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-CFR1', reason: 'The lane is for the whole world; a fork may know better.' },
      { id: 'AwsSolutions::AwsSolutions-CFR3', reason: 'API Gateway logs each handshake, and without its query.' },
    );
    new AliasRecords(this, 'Records', { domain, target: new CloudFrontTarget(this.distribution) });
  }

  /** @returns the ARN of a web ACL of this stack; undefined where there can be none. */
  private madeWebAcl({ rateLimit, retention }: LaneDistributionProps): string | undefined {
    return Stack.of(this).region === GLOBAL_REGION
      ? new WebAcl(this, 'WebAcl', {
          ...retention,
          ...(rateLimit !== undefined && { rateLimit }),
          scope: WebAclScope.CLOUDFRONT,
        }).webAclArn
      : undefined;
  }
}

function problems(scope: Construct, props: LaneDistributionProps): string[] {
  const { domain, originHostName, certificate, webAclArn } = props;
  const { region } = Stack.of(scope);
  const where = Token.isUnresolved(region) ? 'without a Region' : `in ${region}`;
  const { zoneName } = domain.hostedZone;
  const found: string[] = [];
  if (originHostName === domain.hostName || !(Token.isUnresolved(zoneName) || isInZone(originHostName, zoneName))) {
    found.push(
      `distribution.originHostName must be another host of the zone ${zoneName}, got ${originHostName}. Fix: use ws-origin.${zoneName}`,
    );
  }
  if (!certificate && region !== GLOBAL_REGION) {
    found.push(
      `distribution.certificate must be given in a stack ${where}. Fix: import one of ${GLOBAL_REGION} for ${domain.hostName}, where CloudFront requires it`,
    );
  }
  if (certificate && ![undefined, GLOBAL_REGION].includes(regionOf(certificate))) {
    found.push(
      `distribution.certificate must be of ${GLOBAL_REGION}, got ${certificate.certificateArn}. Fix: import one from there`,
    );
  }
  if (!webAclArn && region !== GLOBAL_REGION) {
    found.push(
      `distribution.webAclArn must be given in a stack ${where}. Fix: create a WebAcl with WebAclScope.CLOUDFRONT in ${GLOBAL_REGION}`,
    );
  }
  return found;
}

/** @returns the Region of a certificate that exists; undefined where it is not known. */
function regionOf({ certificateArn }: ICertificate): string | undefined {
  return Token.isUnresolved(certificateArn)
    ? undefined
    : Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).region;
}
