import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../../tools/verify/aws';
import { understand } from '../../../../tools/verify/deployment';
import { promises, questionsOf } from '../../../../tools/verify/promises';
import { isAwsQuestion } from '../../../../tools/verify/question';
import { verify } from '../../../../tools/verify/verify';
import { KEPT, NOW, OUTPUTS, STACK } from '../../../tools/verify/kept-promises';
import { MockedAws } from '../../../tools/verify/mocked-aws';
import { recordingTerminal } from '../../../tools/verify/recording-terminal';

const ROOT = join(__dirname, '../../../..');

const READ_ONLY = /^(?:Get|Describe|List)[A-Za-z]+Command$/;

describe('Verification is read-only', () => {
  let aws: MockedAws;
  beforeEach(() => {
    aws = new MockedAws();
  });
  afterEach(() => aws.restore());

  it('sends nothing but Get, Describe and List commands, and each of those that the tests know', async () => {
    await verify(['--stack', STACK, '--region', 'us-east-1'], recordingTerminal(), NOW);

    expect(aws.sent.filter((command) => !READ_ONLY.test(command))).toEqual([]);
    expect([...new Set(aws.sent)].sort()).toEqual(
      Object.keys(KEPT)
        .map((command) => `${command}Command`)
        .sort(),
    );
  });

  it('names for every question the IAM action of the one command it sends', async () => {
    const deployment = understand({ stack: STACK, values: OUTPUTS });

    const questions = [...questionsOf(promises(deployment, connect(deployment.region), NOW))].filter(isAwsQuestion);
    expect(questions.length).toBeGreaterThan(10);
    for (const question of questions) {
      aws.sent.length = 0;
      await question.ask();
      // API Gateway names the HTTP method where the other services name the command.
      const sent = aws.sent.map((command) => command.replace(/Command$/, ''));
      expect(sent).toHaveLength(1);
      expect(question.action.replace(/^.*:/, '')).toBe(question.action === 'apigateway:GET' ? 'GET' : sent[0]);
    }
  });

  it('gets one page for every question that is none to AWS, at the URL it names', async () => {
    const deployment = understand({ stack: STACK, values: OUTPUTS });

    const pages: string[] = [];
    for (const question of questionsOf(promises(deployment, connect(deployment.region), NOW))) {
      if (!isAwsQuestion(question)) {
        aws.got.length = 0;
        await question.ask();
        expect(aws.got).toEqual([question.url]);
        pages.push(question.url);
      }
    }
    expect(pages.length).toBeGreaterThan(0);
    expect(aws.sent).toEqual([]);
  });

  it('imports nothing from the AWS SDK but clients, read-only commands and types', () => {
    const imported = sources().flatMap((text) => [...text.matchAll(IMPORT)].flatMap(namesImported));

    expect(imported.length).toBeGreaterThan(20);
    expect(imported.filter((name) => !READ_ONLY.test(name) && !/^[A-Za-z0-9]+Client$/.test(name))).toEqual([]);
  });

  it('reaches AWS in no other way than by those imports, and pages in one place', () => {
    expect(sources().length).toBeGreaterThan(10);
    for (const text of sources()) {
      const mentions = text.match(/@aws-sdk|@smithy/g) ?? [];
      expect([...text.matchAll(IMPORT)]).toHaveLength(mentions.length);
      expect(text).not.toMatch(/node:(?:http|https|net|tls|child_process)|\brequire\(|\bimport\(/);
    }
    expect(sources().flatMap((text) => text.match(/\bfetch\(/g) ?? [])).toHaveLength(1);
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
  const modules = readdirSync(join(ROOT, 'tools/verify'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return [...modules.map((path) => join(ROOT, 'tools/verify', path)), join(ROOT, 'tools/verify/main.ts')].map((path) =>
    readFileSync(path, 'utf8'),
  );
}
