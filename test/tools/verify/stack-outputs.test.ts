import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../tools/verify/aws';
import { outputsInFile, outputsOfStack } from '../../../tools/verify/stack-outputs';
import { awsError, deniedError, throwing } from '../aws-checks/aws-errors';
import { type Answers, OUTPUTS, STACK } from './passing-deployment';
import { MockedAws } from './mocked-aws';

describe('The outputs of a stack', () => {
  const read = async (changed: Partial<Answers> = {}) => {
    const aws = new MockedAws(changed);
    try {
      return await outputsOfStack(connect('eu-west-1').cloudFormation, STACK);
    } finally {
      aws.restore();
    }
  };

  it('are read from CloudFormation', async () => {
    expect(await read()).toEqual({ stack: STACK, values: OUTPUTS });
  });

  it('are empty if the stack has none', async () => {
    expect(await read({ DescribeStacks: () => ({ Stacks: [] }) })).toEqual({ stack: STACK, values: {} });
  });

  it('cannot be read if the stack does not exist; the error names the Region', async () => {
    const error = awsError('ValidationError', `Stack with id ${STACK} does not exist`);

    await expect(read(throwing('DescribeStacks', error))).rejects.toThrow(
      `The stack ${STACK} does not exist in eu-west-1. Fix: check its name, the Region and the account.`,
    );
  });

  it("cannot be read by an invalid stack name; the error has CloudFormation's message", async () => {
    const error = awsError('ValidationError', 'the name must match [a-zA-Z][-a-zA-Z0-9]*');

    await expect(read(throwing('DescribeStacks', error))).rejects.toThrow(
      'cloudformation:DescribeStacks failed: ValidationError: the name must match [a-zA-Z][-a-zA-Z0-9]*',
    );
  });

  it('cannot be read without the permission; the error names it', async () => {
    await expect(read(throwing('DescribeStacks', deniedError()))).rejects.toThrow(
      `The outputs of the stack ${STACK} cannot be read: access denied. Fix: allow cloudformation:DescribeStacks`,
    );
  });

  it('are not read if this program has a bug: the error is rethrown', async () => {
    const bug = new TypeError('a bug');

    await expect(read(throwing('DescribeStacks', bug))).rejects.toBe(bug);
  });
});

describe('The outputs in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (content: string) => {
    const path = join(folder, 'outputs.json');
    writeFileSync(path, content);
    return path;
  };
  const two = JSON.stringify({ One: { HttpUrl: '1' }, Two: { HttpUrl: '2' } });

  it('are those of its only stack', () => {
    expect(outputsInFile(file(JSON.stringify({ [STACK]: OUTPUTS })))).toEqual({ stack: STACK, values: OUTPUTS });
  });

  it('are those of the stack with the given name', () => {
    expect(outputsInFile(file(two), 'Two')).toEqual({ stack: 'Two', values: { HttpUrl: '2' } });
  });

  it('cannot be read without a name if there are several stacks; the error lists them', () => {
    const path = file(two);

    expect(() => outputsInFile(path)).toThrow(
      `${path} must have one stack unless --stack is passed, got One, Two. Fix: pass --stack with the name of a stack in the file.`,
    );
  });

  it.each(['Three', 'toString', '__proto__'])(
    'cannot be read for the unknown stack %s; the error lists the stacks',
    (stack) => {
      const path = file(two);

      expect(() => outputsInFile(path, stack)).toThrow(
        `${path} has no stack ${stack}, got One, Two. Fix: pass --stack with the name of a stack in the file.`,
      );
    },
  );

  it('cannot be read if the file has no stack', () => {
    expect(() => outputsInFile(file('{}'))).toThrow('got none. Fix: ');
  });

  it.each([
    ['not JSON', 'is not JSON'],
    ['[]', 'does not have the shape { "Stack": { "Key": "value" } }'],
    ['{"HttpUrl":"https://api.example.com"}', 'does not have the shape { "Stack": { "Key": "value" } }'],
    ['{"Stack":{"Count":1}}', 'does not have the shape { "Stack": { "Key": "value" } }'],
  ])('cannot be read from %s', (content, why) => {
    const path = file(content);

    expect(() => outputsInFile(path)).toThrow(`${path} ${why}. Fix: write it with cdk deploy --outputs-file ${path}.`);
  });

  it('cannot be read if the file does not exist', () => {
    const path = join(folder, 'nowhere.json');

    expect(() => outputsInFile(path)).toThrow(
      `The outputs file cannot be read: ENOENT: no such file or directory, open '${path}'. Fix: check the path.`,
    );
  });
});
