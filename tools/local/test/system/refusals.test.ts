import { assemblyOf, emptyDirectory } from '../assembly/assembly-directory';
import { RunningApp, refusal } from '../running-app';

test('references that cannot be resolved are named, each with its logical id and property', async () => {
  const Database = { Type: 'AWS::RDS::DBInstance' };
  const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
  const Greet = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables: { HOST: { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] }, NAME: { Ref: 'Nobody' } } },
    },
  };
  const assembly = assemblyOf({ Resources: { Database, Role, Greet } });
  expect(await refusal(assembly)).toEqual({
    code: 1,
    stderr: [
      `The cloud assembly in ${assembly} cannot run here:`,
      '- Greet.Properties.Environment.Variables.HOST: Endpoint.Address of Database (AWS::RDS::DBInstance) has its value in AWS',
      '- Greet.Properties.Environment.Variables.NAME: there is no resource or parameter Nobody',
      '',
    ].join('\n'),
  });
});

test('a folder that holds no assembly is one sentence', async () => {
  const folder = emptyDirectory();
  const { code, stderr } = await refusal(folder);
  expect(code).toBe(1);
  expect(stderr).toContain(folder);
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .filter((line) => /^\s+at /.test(line)),
  ).toEqual([]);
});

test('what is not emulated is named once, however many there are', async () => {
  const app = await RunningApp.start(
    assemblyOf({
      Resources: {
        A: { Type: 'AWS::SNS::Topic' },
        B: { Type: 'AWS::SNS::Topic' },
        C: { Type: 'AWS::Kinesis::Stream' },
      },
    }),
  );
  await app.stop();
  const told = app.log.filter(({ text }) => text.includes('AWS::')).map(({ text }) => text);
  expect(told).toEqual([
    expect.stringContaining('AWS::SNS::Topic: '),
    expect.stringContaining('AWS::Kinesis::Stream: '),
  ]);
});
