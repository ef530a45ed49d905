import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Finding } from '../../../tools/aws-checks/check';
import { connect } from '../../../tools/preflight/aws';
import { preflight } from '../../../tools/preflight/preflight';
import { synthesize } from '../../../tools/preflight/synthesize';
import { forkOfProject } from '../../support/fork';
import { recordingTerminal } from '../recording-terminal';
import { FakeOutside } from './fake-outside';
import { NOW, READY } from './ready-account';

const ROOT = process.cwd();

// The commands synthesize the stages that the tests are about.
const project = forkOfProject();

beforeAll(() => process.chdir(project));
afterAll(() => process.chdir(ROOT));

/** Refuses every call, in the protocol in which it arrives. */
async function refusingAws(): Promise<{ url: string; hosts: Set<string>; close(): Promise<void> }> {
  const hosts = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    hosts.add(serviceOf(request));
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end(refusal(request, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refusal({ url = '', headers }: IncomingMessage, body: string): string {
  const error = '<Code>AccessDenied</Code><Message>denied</Message>';
  if (body.includes('Action=') && body.includes('Version=2016-11-15')) {
    return `<Response><Errors><Error>${error}</Error></Errors></Response>`;
  }
  return body.includes('Action=') || url.startsWith('/2013-04-01/')
    ? `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`
    : JSON.stringify({ __type: 'AccessDeniedException', message: String(headers['x-amz-target']) });
}

/** Service that a request is signed for: `sts`. */
function serviceOf({ headers: { authorization = '' } }: IncomingMessage): string {
  return /\/([a-z0-9-]+)\/aws4_request/.exec(authorization)?.[1] ?? 'unsigned';
}

describe('The process of npm run preflight', () => {
  it('synthesizes the stage, calls each service in its protocol, and names each missing permission', async () => {
    const aws = await refusingAws();
    const home = mkdtempSync(join(tmpdir(), 'preflight-home-'));
    try {
      const child = spawn(
        process.execPath,
        ['-r', './bin/typescript.js', 'tools/preflight/main.ts', '-c', 'stage=prod', '--json'],
        {
          cwd: project,
          env: {
            PATH: process.env.PATH,
            HOME: home,
            CDK_DOCKER: '/bin/true',
            AWS_ENDPOINT_URL: aws.url,
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'test',
            AWS_EC2_METADATA_DISABLED: 'true',
          },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const findings: Finding[] = JSON.parse(printed).findings;
      const ofAws = findings.filter(
        ({ expected }) => !/^(Docker|The quota has room for \d+ (vCPUs|requests))/.test(expected),
      );

      expect(errors).toBe('');
      expect(ofAws.length).toBeGreaterThan(12);
      expect(ofAws.filter(({ found }) => !found.startsWith('access denied. Fix: allow '))).toEqual([]);
      expect([...aws.hosts].sort()).toEqual([
        'apigateway',
        'cloudformation',
        'ec2',
        'iam',
        'lambda',
        'route53',
        'servicequotas',
        'ssm',
        'sts',
      ]);
    } finally {
      await aws.close();
      rmSync(home, { recursive: true });
    }
  });
});

describe('npm run preflight', () => {
  it.each([
    ['dev', []],
    ['servers', []],
    // The names of what the operation creates begin with that of the stack.
    ['prod', ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm', 'AWS::CloudWatch::Dashboard']],
  ] as const)('finds nothing wrong with the stage %s of cdk.json in an account that is ready', async (stage, named) => {
    const ready = new FakeOutside({
      answers: {
        ...READY,
        GetAccountSettings: () => ({
          AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 },
        }),
        DescribeAddresses: () => ({ Addresses: [] }),
        GetServiceQuota: () => ({ Quota: { Value: 10_000 } }),
      },
    });
    const terminal = recordingTerminal();
    const outside = {
      connect: () => ready.connect(),
      docker: ready.docker,
      nameServers: ready.nameServers,
      synthesize,
    };

    const exitCode = await preflight(['-c', `stage=${stage}`, '--json'], terminal, NOW, outside);
    const { findings, stack, notChecked } = JSON.parse(terminal.printed());

    expect(findings.filter(({ result }: Finding) => result !== 'passed')).toEqual([]);
    expect({ exitCode, stack }).toEqual({ exitCode: 0, stack: `Twinlane-${stage}` });
    const names = notChecked.filter((text: string) => text.includes('free: '));
    expect(names.map((text: string) => text.match(/\((\S+)\)$/)?.[1]).toSorted()).toEqual(named);
    expect(notChecked).toHaveLength(2 + named.length);
  });

  it('prints the problems of the settings, and exits with 2', async () => {
    const terminal = recordingTerminal();
    const outside = { connect, docker: async () => undefined, nameServers: async () => undefined, synthesize };

    expect(await preflight(['-c', 'stage=staging'], terminal, NOW, outside)).toBe(2);
    expect(terminal.errors()).toMatch(/^The app cannot be synthesized:\nThe settings in cdk\.json have 1 problem:/);
  });
});
