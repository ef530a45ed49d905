import { Arn, ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
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
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER } from '../../../lambda/origin-secret';
import { createCertificate } from '../../domains/lane-certificates';
import type { LaneDomain } from '../../domains/lane-domain';
import type { Retention } from '../../storage/retention';
import { isInZone } from '../../domains/host-names';
import { partitionOf } from '../../partition';
import { WebAcl, WebAclScope } from '../../web-acl';

/** Options of the distribution in front of the WebSocket API. */
export interface LaneDistributionOptions {
  /** Host name of the API behind the distribution, in the hosted zone of the lane if it has one: `ws-origin.example.com`. */
  readonly originHostName: string;

  /**
   * Certificate for `originHostName`, in the stack's Region.
   *
   * @default - creates one. It requires the hosted zone of the lane
   */
  readonly originCertificate?: ICertificate;

  /**
   * Certificate for the lane's host, in us-east-1.
   *
   * @default - the lane's certificate, which must be in us-east-1
   */
  readonly certificate?: ICertificate;

  /**
   * ARN of a web ACL for distributions, in us-east-1: of a {@link WebAcl}, or of another one.
   *
   * @default - creates one with AWS's rules, if the stack is in us-east-1
   */
  readonly webAclArn?: string;

  /** Requests per minute from one IP address that the created web ACL allows, 10 or more. @default 2000 */
  readonly rateLimit?: number;
}

export interface LaneDistributionProps extends LaneDistributionOptions {
  /** Removal policy and log retention. */
  readonly retention: Retention;

  /** Host that clients connect to. */
  readonly domain: LaneDomain;
}

/** Region of CloudFront's certificates and web ACLs. */
const GLOBAL_REGION = 'us-east-1';

/**
 * CloudFront with AWS WAF, in front of a WebSocket API. It authenticates to the API with a secret that is created here.
 * Anyone who can read the configuration of either can read the secret.
 *
 * `npm start` refuses a lane with a distribution, because the secret's value exists only in AWS. Do not use one in a stage
 * that runs on one machine.
 */
export class LaneDistribution extends Construct {
  readonly distribution: Distribution;

  /** Certificate for the host that clients connect to. */
  readonly certificate: ICertificate;

  /** Domain that the API must have. */
  readonly origin: LaneDomain;

  /** Secret that the API expects in {@link ORIGIN_SECRET_HEADER}: a reference that CloudFormation resolves. */
  readonly originSecret: string;

  constructor(scope: Construct, id: string, props: LaneDistributionProps) {
    super(scope, id);
    const { domain, originHostName } = props;
    const origin = this.originCertificate(props);
    const found = problems(this, props, origin.problems);
    this.node.addValidation({ validate: () => found });

    this.certificate = props.certificate ?? domain.certificate;
    this.origin = {
      hostName: originHostName,
      hostedZone: domain.hostedZone,
      certificate: origin.certificate,
    };
    const secret = new Secret(this, 'OriginSecret', {
      generateSecretString: { excludePunctuation: true, passwordLength: 43 },
      removalPolicy: props.retention.removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'The distribution and the function get a copy at deployment. Rotating only the secret would make the copies differ.',
    });
    this.originSecret = secret.secretValue.unsafeUnwrap();
    this.distribution = new Distribution(this, 'Distribution', {
      // At most 128 characters.
      comment: `${domain.hostName.slice(0, 100)}: WebSockets`,
      // The construct throws for a certificate that CloudFront refuses. The validation reports it with all other problems.
      ...(found.length === 0 && {
        domainNames: [domain.hostName],
        certificate: this.certificate,
      }),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      webAclId: props.webAclArn ?? this.createWebAcl(props),
      defaultBehavior: {
        origin: new HttpOrigin(originHostName, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          customHeaders: { [ORIGIN_SECRET_HEADER]: this.originSecret },
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // Forwards Origin and subprotocols. The Host header must be the API's own, because it selects the domain.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
    });
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'The lane has no geographic restriction by default. A fork can add one.',
      },
      { id: 'AwsSolutions::AwsSolutions-CFR3', reason: 'API Gateway logs each handshake, without its query.' },
    );
  }

  private originCertificate({ originCertificate, originHostName, domain: { hostedZone } }: LaneDistributionProps) {
    return originCertificate
      ? { certificate: originCertificate, problems: [] }
      : createCertificate(this, 'OriginCertificate', {
          hostedZone,
          names: [originHostName],
          alternative: 'distribution.originCertificate',
        });
  }

  /** @returns the ARN of a new web ACL; undefined if the stack is in another Region */
  private createWebAcl({ rateLimit, retention }: LaneDistributionProps): string | undefined {
    return Stack.of(this).region === GLOBAL_REGION
      ? new WebAcl(this, 'WebAcl', {
          ...retention,
          ...(rateLimit !== undefined && { rateLimit }),
          scope: WebAclScope.CLOUDFRONT,
        }).webAclArn
      : undefined;
  }
}

/** @param ofOrigin - problems of the certificate of the origin */
function problems(scope: Construct, props: LaneDistributionProps, ofOrigin: readonly string[]): string[] {
  const { domain, originHostName, originCertificate, certificate, webAclArn } = props;
  const { region } = Stack.of(scope);
  const where = Token.isUnresolved(region) ? 'without a Region' : `in ${region}`;
  const zoneName = domain.hostedZone?.zoneName;
  const found = [...ofOrigin];
  const partition = partitionOf(region);
  if (partition && partition !== 'aws') {
    return [
      `distribution must be in a Region of the partition aws, got ${region} of ${partition}. Fix: remove distribution`,
    ];
  }
  if (originHostName === domain.hostName) {
    found.push(
      `distribution.originHostName must differ from the host of the lane, got ${originHostName} for both. Fix: use another host, such as ws-origin.${zoneName ?? 'example.com'}`,
    );
  }
  if (zoneName && ![zoneName, originHostName].some(Token.isUnresolved) && !isInZone(originHostName, zoneName)) {
    found.push(
      `distribution.originHostName must be in the zone ${zoneName}, got ${originHostName}. Fix: use a name such as ws-origin.${zoneName}`,
    );
  }
  if (!certificate && region !== GLOBAL_REGION) {
    found.push(
      `distribution.certificate must be given in a stack ${where}. Fix: import one for ${domain.hostName} from ${GLOBAL_REGION}, where CloudFront requires it`,
    );
  }
  if (certificate && ![undefined, GLOBAL_REGION].includes(regionOf(certificate))) {
    found.push(
      `distribution.certificate must be of ${GLOBAL_REGION}, got ${certificate.certificateArn}. Fix: import one from there`,
    );
  }
  if (originCertificate && !Token.isUnresolved(region) && ![undefined, region].includes(regionOf(originCertificate))) {
    found.push(
      `distribution.originCertificate must be in the stack's Region ${region}, got ${originCertificate.certificateArn}. Fix: import one from ${region}`,
    );
  }
  if (!webAclArn && region !== GLOBAL_REGION) {
    found.push(
      `distribution.webAclArn must be given in a stack ${where}. Fix: create a WebAcl with WebAclScope.CLOUDFRONT in ${GLOBAL_REGION}`,
    );
  }
  return found;
}

/** @returns the Region of an existing certificate; undefined if it is not known */
function regionOf({ certificateArn }: ICertificate): string | undefined {
  return Token.isUnresolved(certificateArn)
    ? undefined
    : Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).region;
}
