import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CloudFront } from '../../../lib/gateway/cloud-front';
import type { CloudFrontGatewayProps } from '../../../lib/gateway/cloud-front-props';
import { retentionOf } from '../../../lib/storage/retention';
import { exampleCertificate, exampleDomain, exampleZone } from '../synthesized';
import { examplePage, HOST } from './behind-cloud-front';
import { problemsOf } from './problems-of';

const GATEWAY = '[Test/Gateway]';
const folder = examplePage();
const outside = examplePage();

/** A gateway in a stack without lanes. */
function gatewayAlone(stack: Stack, options: Partial<CloudFrontGatewayProps>): CloudFront {
  const [http, webSocket] = ['api.example.com', 'ws.example.com'] as const;
  const gateway = new CloudFront(stack, 'Gateway', {
    hostName: HOST,
    context: {
      httpHostName: http,
      webSocketHostName: webSocket,
      hostedZone: exampleZone(stack),
      retention: retentionOf({}),
    },
    ...options,
  });
  const domain = exampleDomain(new Stack(stack, 'Lanes', { env: { region: stack.region } }), http);
  gateway.forwardTo({ http: { domain }, webSocket: { domain: { ...domain, hostName: webSocket } } });
  return gateway;
}

function problemsWith(options: Partial<CloudFrontGatewayProps>): string[] {
  return problemsOf((stack) => gatewayAlone(stack, options));
}

/** A certificate of an ARN, in a Region. */
function certificateIn(stack: Stack, region: string) {
  return exampleCertificate(new Stack(stack, `Certificate-${region}`, { env: { region } }), region);
}

test.each<[string, Partial<CloudFrontGatewayProps>, string]>([
  [
    'a host that is a URL',
    { hostName: 'https://App.example.com/' },
    'gateway.hostName must be a host name in lower case, without scheme, port, path or final dot, got https://App.example.com/. Fix: use app.example.com',
  ],
  [
    'a host that is none',
    { hostName: 'app' },
    'gateway.hostName must be a host name in lower case, without scheme, port, path or final dot, got app. Fix: use a name such as app.example.com',
  ],
  [
    'a host outside the hosted zone',
    { hostName: 'app.example.org' },
    'gateway.hostName must be in the hosted zone example.com, got app.example.org. Fix: use a name that ends with .example.com',
  ],
  [
    'the host of the HTTP lane',
    { hostName: 'api.example.com' },
    'gateway.hostName must differ from the hosts of the lanes, got api.example.com twice. Fix: use a third name, such as app.example.com',
  ],
  [
    'the host of the WebSocket lane',
    { hostName: 'ws.example.com' },
    'gateway.hostName must differ from the hosts of the lanes, got ws.example.com twice. Fix: use a third name, such as app.example.com',
  ],
  [
    'a host that is too long for a certificate',
    { hostName: `${'a'.repeat(60)}.example.com` },
    `the first name of a certificate must have at most 64 characters, got ${'a'.repeat(60)}.example.com. Fix: use a shorter host name, or gateway.certificate`,
  ],
  [
    'two web ACLs',
    { webAcl: {}, webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id' },
    'gateway must have webAcl or webAclArn, got both, with arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id. Fix: remove one',
  ],
  [
    'a web ACL of a Region',
    { webAclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/name/id' },
    'gateway.webAclArn must be the ARN of a web ACL for distributions, got arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/name/id. Fix: use one of us-east-1 with the scope CLOUDFRONT',
  ],
  [
    'a page that does not exist',
    { page: '/does/not/exist' },
    'gateway.page must be a folder with an index.html, got "/does/not/exist". Fix: build your page into it, or the demo: npm run page -- --out /does/not/exist --http / --websocket /socket',
  ],
  [
    'a page that is a file',
    { page: join(folder, 'index.html') },
    `gateway.page must be a folder, got "${join(folder, 'index.html')}". Fix: use "${folder}"`,
  ],
  [
    'a content security policy without a page',
    { contentSecurityPolicy: "default-src 'self'" },
    'gateway.contentSecurityPolicy must be set only with a page, got "default-src \'self\'". Fix: remove it, or use securityHeaders of the HTTP lane',
  ],
])('a CloudFront gateway is rejected with %s', (_, options, problem) => {
  expect(problemsWith(options)).toEqual([`${GATEWAY} ${problem}`]);
});

test('a page is rejected without an index.html', () => {
  const folderWithout = join(folder, 'without');
  mkdirSync(folderWithout);
  writeFileSync(join(folderWithout, 'main.html'), '');
  expect(problemsWith({ page: folderWithout })).toEqual([
    `${GATEWAY} gateway.page must be a folder with an index.html, got "${folderWithout}". Fix: build your page into it, or the demo: npm run page -- --out ${folderWithout} --http / --websocket /socket`,
  ]);
});

describe('a CloudFront gateway in a stack of another Region', () => {
  const problemsIn = (region: string | undefined, options: (stack: Stack) => Partial<CloudFrontGatewayProps>) =>
    problemsOf((stack) => gatewayAlone(stack, options(stack)), region);

  test('is rejected without a certificate of us-east-1, and with a web ACL that it would create', () => {
    expect(problemsIn('eu-west-1', () => ({ webAcl: {} }))).toEqual([
      `${GATEWAY} gateway.certificate must be given in a stack in eu-west-1, got none. Fix: import one for the host of the gateway from us-east-1, where CloudFront requires it`,
      `${GATEWAY} gateway.webAcl must be created in us-east-1, got a stack in eu-west-1. Fix: create a WebAcl with WebAclScope.CLOUDFRONT in a stack there, and set webAclArn`,
    ]);
  });

  test('is rejected with a certificate of that Region', () => {
    const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
    expect(problemsIn('eu-west-1', (stack) => ({ certificate: certificateIn(stack, 'eu-west-1') }))).toEqual([
      `${GATEWAY} gateway.certificate must be of us-east-1, got ${arn}. Fix: import one from there`,
    ]);
  });

  test('is accepted with a certificate and a web ACL of us-east-1', () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id';
    expect(problemsIn('eu-west-1', (stack) => ({ certificate: certificateIn(stack, 'us-east-1'), webAclArn }))).toEqual(
      [],
    );
  });

  test.each(['cn-north-1', 'us-gov-west-1'])(
    'is rejected in %s, which has no CloudFront that this gateway supports',
    (region) => {
      const partition = region === 'cn-north-1' ? 'aws-cn' : 'aws-us-gov';
      expect(problemsIn(region, () => ({ webAcl: {} }))).toEqual([
        `${GATEWAY} gateway must not be Gateway.cloudFront() in the partition ${partition}, got a stack in ${region}. Fix: use Gateway.loadBalancer(), or remove gateway`,
      ]);
    },
  );
});

test('a CloudFront gateway accepts a host and a certificate that are known only at deployment', () => {
  expect(
    problemsOf((stack) => {
      const hostName = new CfnParameter(stack, 'Host').valueAsString;
      const arn = new CfnParameter(stack, 'CertificateArn').valueAsString;
      const webAclArn = new CfnParameter(stack, 'WebAclArn').valueAsString;
      const certificate = Certificate.fromCertificateArn(stack, 'GatewayCertificate', arn);
      gatewayAlone(stack, { hostName, certificate, webAclArn });
    }),
  ).toEqual([]);
});

test('a page is not read if it contains the app or its output', () => {
  const app = new App({ outdir: join(outside, 'cdk.out') });
  const stack = new Stack(app, 'Test', { env: { region: 'us-east-1' } });
  gatewayAlone(stack, { page: outside });
  expect(() => app.synth()).toThrow(
    `gateway.page must be a folder with the files of the page only, got "${outside}", which contains the app or its output. Fix: put the page into a folder of its own`,
  );
  expect(stack.node.findAll().filter((construct) => construct instanceof Bucket)).toEqual([]);
});

test('the web ACL of a gateway is checked together with its page', () => {
  expect(problemsWith({ page: '', webAcl: { rateLimit: 1 } })).toEqual([
    `${GATEWAY} gateway.page must be a folder with an index.html, got "". Fix: build your page into it, or the demo: npm run page -- --out page --http / --websocket /socket`,
    expect.stringContaining('webAcl.rateLimit must be a whole number'),
  ]);
});

test.each([undefined, null, 7])('the host %p is refused with an example', (hostName) => {
  expect(() => problemsWith({ hostName: hostName as unknown as string })).toThrow(
    /hostName .*, got .*'app.example.com'/,
  );
});

test('a page that is null is no page', () => {
  expect(problemsWith({ page: null as unknown as undefined })).toEqual([]);
});
