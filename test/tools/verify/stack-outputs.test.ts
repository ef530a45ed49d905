import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../tools/verify/aws';
import { outputsInFile, outputsOfStack } from '../../../tools/verify/stack-outputs';
import { awsError, deniedError, throwing } from './aws-errors';
import { type Answers, OUTPUTS, STACK } from './kept-promises';
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

  it('are none where the stack has none', async () => {
    expect(await read({ DescribeStacks: () => ({ Stacks: [] }) })).toEqual({ stack: STACK, values: {} });
  });

  it('cannot be read of a stack that does not exist; the error says where it was looked for', async () => {
    const error = awsError('ValidationError', `Stack with id ${STACK} does not exist`);

    await expect(read(throwing('DescribeStacks', error))).rejects.toThrow(
      `There is no stack ${STACK} in eu-west-1: check its name, the region and the account`,
    );
  });

  it('cannot be read by a name that CloudFormation does not accept, in its own words', async () => {
    const error = awsError('ValidationError', 'the name must match [a-zA-Z][-a-zA-Z0-9]*');

    await expect(read(throwing('DescribeStacks', error))).rejects.toThrow(
      'cloudformation:DescribeStacks failed: ValidationError: the name must match [a-zA-Z][-a-zA-Z0-9]*',
    );
  });

  it('cannot be read without the permission, which the error names', async () => {
    await expect(read(throwing('DescribeStacks', deniedError()))).rejects.toThrow(
      `The outputs of the stack ${STACK} cannot be read: not permitted: allow cloudformation:DescribeStacks`,
    );
  });

  it('do not hide a fault of this program', async () => {
    const fault = new TypeError('a fault of ours');

    await expect(read(throwing('DescribeStacks', fault))).rejects.toBe(fault);
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
  const two = JSON.stringify({ One: { ApiUrl: '1' }, Two: { ApiUrl: '2' } });

  it('are those of the only stack', () => {
    expect(outputsInFile(file(JSON.stringify({ [STACK]: OUTPUTS })))).toEqual({ stack: STACK, values: OUTPUTS });
  });

  it('are those of the stack that was named', () => {
    expect(outputsInFile(file(two), 'Two')).toEqual({ stack: 'Two', values: { ApiUrl: '2' } });
  });

  it('are not guessed among several stacks; the error says which there are', () => {
    const path = file(two);

    expect(() => outputsInFile(path)).toThrow(`${path}: say which stack with --stack; there are: One, Two`);
  });

  it.each(['Three', 'toString', '__proto__'])('are not there for the stack %s; the error says which are', (stack) => {
    const path = file(two);

    expect(() => outputsInFile(path, stack)).toThrow(`${path}: it holds no stack ${stack}; there are: One, Two`);
  });

  it('are none in an empty file of outputs', () => {
    expect(() => outputsInFile(file('{}'))).toThrow('there are: none');
  });

  it.each([
    ['not JSON', 'is not JSON'],
    ['[]', 'does not have the shape { "Stack": { "Key": "value" } }'],
    ['{"ApiUrl":"https://api.example.com"}', 'does not have the shape { "Stack": { "Key": "value" } }'],
    ['{"Stack":{"Count":1}}', 'does not have the shape { "Stack": { "Key": "value" } }'],
  ])('cannot be read from %s', (content, why) => {
    const path = file(content);

    expect(() => outputsInFile(path)).toThrow(`${path} ${why}: write it with cdk deploy --outputs-file ${path}`);
  });

  it('cannot be read from a file that is not there', () => {
    const path = join(folder, 'nowhere.json');

    expect(() => outputsInFile(path)).toThrow(
      `The outputs file cannot be read: ENOENT: no such file or directory, open '${path}'`,
    );
  });
});
