import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../tools/verify/aws';
import { parseDeployment } from '../../../tools/verify/deployment';
import { queriesOf } from '../../../tools/aws-checks/check';
import { checkGroups } from '../../../tools/verify/check-groups';
import { isAwsQuery } from '../../../tools/aws-checks/query';
import { verify } from '../../../tools/verify/verify';
import { BEHIND_SHARED, PASSING, NOW, OUTPUTS, SHARED, STACK, stackWith } from './passing-deployment';
import { changedOutputs, MockedAws, UNPREPARED } from './mocked-aws';
import { recordingTerminal } from '../recording-terminal';

const ROOT = join(__dirname, '../../..');

const READ_ONLY = /^(?:Get|Describe|List)[A-Za-z]+Command$/;

describe('npm run verify is read-only: it', () => {
  let aws: MockedAws;
  beforeEach(() => {
    aws = new MockedAws();
  });
  afterEach(() => aws.restore());

  it('sends only Get, Describe and List commands, and each that the tests know', async () => {
    await verify(['--stack', STACK, '--region', 'us-east-1'], recordingTerminal(), NOW, UNPREPARED);

    expect(aws.sent.filter((command) => !READ_ONLY.test(command))).toEqual([]);
    expect([...new Set(aws.sent)].sort()).toEqual(
      Object.keys(PASSING)
        .map((command) => `${command}Command`)
        .sort(),
    );
  });

  it('sends only such commands for servers of the WebSocket lane', async () => {
    aws.restore();
    aws = new MockedAws({ ...BEHIND_SHARED, DescribeStacks: () => stackWith(changedOutputs(SHARED)) });

    await verify(['--stack', STACK, '--region', 'us-east-1'], recordingTerminal(), NOW, UNPREPARED);

    expect(aws.sent).toEqual(
      expect.arrayContaining(['DescribeSecurityGroupsCommand', 'DescribeListenerCertificatesCommand']),
    );
    expect(aws.sent.filter((command) => !READ_ONLY.test(command))).toEqual([]);
  });

  it('names the IAM actions of the commands that each query sends', async () => {
    const deployment = parseDeployment({ stack: STACK, values: OUTPUTS });

    const queries = [...queriesOf(checkGroups(deployment, connect(deployment.region), UNPREPARED, NOW))].filter(
      isAwsQuery,
    );
    expect(queries.length).toBeGreaterThan(10);
    for (const query of queries) {
      aws.sent.length = 0;
      await query.run();
      // In API Gateway's IAM actions the HTTP method takes the place of the command.
      const sent = new Set(aws.sent.map((command) => command.replace(/Command$/, '')));
      expect(sent.size).toBe(query.arn.endsWith('/routes') ? 2 : 1);
      expect(query.action).toMatch(query.action.startsWith('apigateway:') ? /:GET$/ : new RegExp(`:${[...sent][0]}$`));
    }
  });

  it('fetches the one page that each query for a page names', async () => {
    const deployment = parseDeployment({ stack: STACK, values: OUTPUTS });

    const pages: string[] = [];
    for (const query of queriesOf(checkGroups(deployment, connect(deployment.region), UNPREPARED, NOW))) {
      if ('url' in query) {
        aws.got.length = 0;
        await query.run();
        expect(aws.got).toEqual([query.url]);
        pages.push(query.url);
      }
    }
    expect(pages.length).toBeGreaterThan(0);
    expect(aws.sent).toEqual([]);
  });

  it('imports only clients, read-only commands and types from the AWS SDK', () => {
    const imported = sources().flatMap((text) => [...text.matchAll(IMPORT)].flatMap(namesImported));

    expect(imported.length).toBeGreaterThan(20);
    expect(imported.filter((name) => !READ_ONLY.test(name) && !/^[A-Za-z0-9]+Client$/.test(name))).toEqual([]);
  });

  it('calls AWS only through those imports, and fetches pages and sends handshakes in one place each', () => {
    expect(sources().length).toBeGreaterThan(10);
    for (const text of sources()) {
      const isHandshake = text.includes('export function handshake(');
      const mentions = text.match(/@aws-sdk|@smithy/g) ?? [];
      expect([...text.matchAll(IMPORT)]).toHaveLength(mentions.length);
      expect(text).not.toMatch(
        isHandshake
          ? /@aws-sdk|node:(?:net|tls|child_process)|\brequire\(|\bimport\(/
          : /node:(?:http|https|net|tls|child_process)|\brequire\(|\bimport\(/,
      );
    }
    expect(sources().flatMap((text) => text.match(/\bfetch\(/g) ?? [])).toHaveLength(1);
    expect(sources().filter((text) => text.includes('export function handshake('))).toHaveLength(1);
  });
});

/** One import of named things from an SDK client, such as `import { type A, BCommand } from '@aws-sdk/client-x'`. */
const IMPORT = /import (type )?\{([^}]*)\} from '@aws-sdk\/client-[a-z0-9-]+'/g;

function namesImported([, allTypes, names = '']: RegExpMatchArray): string[] {
  return allTypes
    ? []
    : names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '));
}

function sources(): string[] {
  return ['tools/verify', 'tools/aws-checks'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(ROOT, folder, path), 'utf8')),
  );
}
