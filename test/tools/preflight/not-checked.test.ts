import { notChecked } from '../../../tools/preflight/not-checked';
import { PLANNED, plannedAlso, plannedWith } from './ready-account';

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:canary-AbCdEf';

describe('The list of what npm run preflight does not check', () => {
  const standard = notChecked(PLANNED);

  it.each([
    [
      'a log group with a name of its own',
      plannedAlso('AWS::Logs::LogGroup', { LogGroupName: '/app/logs' }),
      'Whether this name is free: /app/logs (AWS::Logs::LogGroup)',
    ],
    [
      'existing subnets',
      plannedWith('LoadBalancer', { Subnets: ['subnet-1', 'subnet-2'] }),
      'Whether these subnets exist and suit a load balancer: subnet-1, subnet-2',
    ],
    [
      'an image in a registry, once',
      plannedWith('Task', {
        ContainerDefinitions: [{ Image: 'centrifugo/centrifugo:v6' }, { Image: 'centrifugo/centrifugo:v6' }],
      }),
      'Whether this image exists, and whether the tasks can pull it: centrifugo/centrifugo:v6',
    ],
    [
      'a secret of another source for the function of the canary',
      plannedAlso('AWS::Lambda::Function', { Environment: { Variables: { CANARY_SECRET: SECRET } } }),
      `Whether this secret exists, with the credentials of the canary: ${SECRET}`,
    ],
  ])('has %s', (_, planned, text) => {
    expect(notChecked(planned)).toEqual(expect.arrayContaining([...standard, text]));
    expect(notChecked(planned)).toHaveLength(standard.length + 1);
  });

  it('has the runtime, the secret and the name of a canary of CloudWatch Synthetics', () => {
    const RunConfig = { EnvironmentVariables: { CANARY_SECRET: SECRET } };
    const canary = { Name: 'lane-canary', RuntimeVersion: 'syn-nodejs-5.4', RunConfig };

    const found = notChecked(plannedAlso('AWS::Synthetics::Canary', canary));

    expect(found.filter((text) => !standard.includes(text))).toEqual([
      'Whether CloudWatch Synthetics creates canaries with this runtime: syn-nodejs-5.4',
      `Whether this secret exists, with the credentials of the canary: ${SECRET}`,
      'Whether this name is free: lane-canary (AWS::Synthetics::Canary)',
    ]);
  });

  it.each([['none'], [{ Ref: 'Secret' }]])('has no secret of a canary with %j', (CANARY_SECRET) => {
    const planned = plannedAlso('AWS::Lambda::Function', { Environment: { Variables: { CANARY_SECRET } } });

    expect(notChecked(planned)).toEqual(standard);
  });

  it('has the alias of a distribution, and the quotas for it', () => {
    const DistributionConfig = { Aliases: ['cdn.example.com'] };

    expect(notChecked(plannedAlso('AWS::CloudFront::Distribution', { DistributionConfig }))).toEqual([
      ...standard,
      'Whether the quotas of CloudFront have room for a distribution, its policies and its origin access control',
      'Whether this alias is used by no other distribution of CloudFront: cdn.example.com',
    ]);
  });

  it('has the names of all resources of a type in one line', () => {
    const alarms = plannedAlso('AWS::CloudWatch::Alarm', { AlarmName: 'app-errors' });
    const both = { ...alarms, resources: [...alarms.resources, ...alarms.resources.slice(-1)] };

    expect(notChecked(both)).toEqual(
      expect.arrayContaining(['Whether these names are free: app-errors, app-errors (AWS::CloudWatch::Alarm)']),
    );
    expect(notChecked(both)).toHaveLength(standard.length + 1);
  });

  it('has no image that Docker builds', () => {
    const Image = { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:1' };

    expect(notChecked(plannedWith('Task', { ContainerDefinitions: [{ Image }] }))).toEqual(standard);
  });

  it('has no name that CloudFormation generates, and no subnet of the stack', () => {
    const generated = { LogGroupName: { 'Fn::Join': ['', ['logs-', { Ref: 'Api' }]] } };

    expect(notChecked(plannedAlso('AWS::Logs::LogGroup', generated))).toEqual(standard);
    expect(notChecked(plannedWith('LoadBalancer', { Subnets: [{ Ref: 'SubnetA' }] }))).toEqual(standard);
  });
});
