import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Arn, ArnFormat, Stack, Stage, Token } from 'aws-cdk-lib';
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
    ...pageProblems(scope, props),
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

/** @returns the problems of the page. A folder with problems must not be read */
export function pageProblems(scope: Construct, { page, contentSecurityPolicy }: CloudFrontGatewayProps): string[] {
  if (page === undefined || page === null) {
    return contentSecurityPolicy === undefined
      ? []
      : [
          `gateway.contentSecurityPolicy must be set only with a page, got ${JSON.stringify(contentSecurityPolicy)}. Fix: remove it, or use securityHeaders of the HTTP lane`,
        ];
  }
  const shown = JSON.stringify(page);
  if (/(^|[\\/])index\.html$/.test(page) && existsSync(page)) {
    return [`gateway.page must be a folder, got ${shown}. Fix: use ${JSON.stringify(dirname(page))}`];
  }
  if (page === '' || !existsSync(join(page, 'index.html'))) {
    const folder = page || 'page';
    return [
      `gateway.page must be a folder with an index.html, got ${shown}. Fix: build your page into it, or the demo: npm run page -- --out ${folder} --http / --websocket ${SOCKET_PATH}`,
    ];
  }
  const output = Stage.of(scope)?.outdir;
  return [process.cwd(), ...(output === undefined ? [] : [output])].some((inner) => contains(page, inner))
    ? [
        `gateway.page must be a folder with the files of the page only, got ${shown}, which contains the app or its output. Fix: put the page into a folder of its own`,
      ]
    : [];
}

/** True if `inner` is the folder or is in it. */
function contains(folder: string, inner: string): boolean {
  const path = relative(realpathSync(folder), resolve(inner));
  return path === '' || !(path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path));
}

/** @returns the Region of an existing certificate; undefined if it is not known */
function regionOf({ certificateArn }: ICertificate): string | undefined {
  return Token.isUnresolved(certificateArn)
    ? undefined
    : Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).region;
}
