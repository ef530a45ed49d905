import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import { hostNameIn, isHostName, isInZone } from '../domains/host-names';
import { SOCKET_PATH } from '../domains/lane-urls';
import { CLOUDFRONT_REGION, partitionOf } from '../partition';
import type { CloudFrontGatewayProps } from './cloud-front-props';
import type { GatewayContext } from './gateway-config';

/** ARN of a web ACL for distributions. */
const GLOBAL_WEB_ACL = /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/./;

/** @returns the problems of the props, each with the value received and a fix */
export function cloudFrontProblems(
  scope: Construct,
  { context, ...props }: CloudFrontGatewayProps & { readonly context: GatewayContext },
): string[] {
  const { region } = Stack.of(scope);
  const partition = partitionOf(region);
  if (partition && partition !== 'aws') {
    return [
      `gateway must not be Gateway.cloudFront() in the partition ${partition}, got a stack in ${region}. Fix: use Gateway.loadBalancer(), or remove gateway`,
    ];
  }
  return [
    ...hostProblems(props.hostName, context),
    ...regionProblems(props, region),
    ...webAclProblems(props),
    ...pageProblems(props),
  ];
}

function hostProblems(host: string, { hostedZone, httpHostName, webSocketHostName }: GatewayContext): string[] {
  if (Token.isUnresolved(host)) {
    return [];
  }
  if (!isHostName(host)) {
    return [
      `gateway.hostName must be a host name in lower case, without scheme, port, path or final dot, got ${host}. Fix: use ${hostNameIn(host) ?? 'a name such as app.example.com'}`,
    ];
  }
  const zone = hostedZone?.zoneName;
  return [
    ...(zone === undefined || Token.isUnresolved(zone) || isInZone(host, zone)
      ? []
      : [`gateway.hostName must be in the hosted zone ${zone}, got ${host}. Fix: use a name that ends with .${zone}`]),
    ...([httpHostName, webSocketHostName].includes(host)
      ? [
          `gateway.hostName must differ from the hosts of the lanes, got ${host} twice. Fix: use a third name, such as app.${host.replace(/^[^.]+\./, '')}`,
        ]
      : []),
  ];
}

function regionProblems({ certificate, webAcl, webAclArn }: CloudFrontGatewayProps, region: string): string[] {
  const where = Token.isUnresolved(region) ? 'without a Region' : `in ${region}`;
  const found: string[] = [];
  if (!certificate && region !== CLOUDFRONT_REGION) {
    found.push(
      `gateway.certificate must be given in a stack ${where}, got none. Fix: import one for the host of the gateway from ${CLOUDFRONT_REGION}, where CloudFront requires it`,
    );
  }
  if (certificate && ![undefined, CLOUDFRONT_REGION].includes(regionOf(certificate))) {
    found.push(
      `gateway.certificate must be of ${CLOUDFRONT_REGION}, got ${certificate.certificateArn}. Fix: import one from there`,
    );
  }
  if (webAcl && !webAclArn && region !== CLOUDFRONT_REGION) {
    found.push(
      `gateway.webAcl must be created in ${CLOUDFRONT_REGION}, got a stack ${where}. Fix: create a WebAcl with WebAclScope.CLOUDFRONT in a stack there, and set webAclArn`,
    );
  }
  return found;
}

function webAclProblems({ webAcl, webAclArn }: CloudFrontGatewayProps): string[] {
  if (webAclArn === undefined) {
    return [];
  }
  return [
    ...(webAcl ? [`gateway must have webAcl or webAclArn, got both, with ${webAclArn}. Fix: remove one`] : []),
    ...(Token.isUnresolved(webAclArn) || GLOBAL_WEB_ACL.test(webAclArn)
      ? []
      : [
          `gateway.webAclArn must be the ARN of a web ACL for distributions, got ${webAclArn}. Fix: use one of ${CLOUDFRONT_REGION} with the scope CLOUDFRONT`,
        ]),
  ];
}

function pageProblems({ page, contentSecurityPolicy }: CloudFrontGatewayProps): string[] {
  if (page === undefined) {
    return contentSecurityPolicy === undefined
      ? []
      : [
          `gateway.contentSecurityPolicy must be set only with a page, got ${JSON.stringify(contentSecurityPolicy)}. Fix: remove it, or use securityHeaders of the HTTP lane`,
        ];
  }
  return existsSync(join(page, 'index.html'))
    ? []
    : [
        `gateway.page must be a folder with an index.html, got ${page}. Fix: build your page into it, or the demo: npm run page -- --out ${page} --http / --websocket ${SOCKET_PATH}`,
      ];
}

/** True if the path is an existing folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @returns the Region of an existing certificate; undefined if it is not known */
function regionOf({ certificateArn }: ICertificate): string | undefined {
  return Token.isUnresolved(certificateArn)
    ? undefined
    : Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).region;
}
