import { notChecked } from '../../../tools/preflight/not-checked';
import { PLANNED, plannedAlso, plannedWith } from './ready-account';

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
  ])('has %s', (_, planned, text) => {
    expect(notChecked(planned)).toEqual(expect.arrayContaining([...standard, text]));
    expect(notChecked(planned)).toHaveLength(standard.length + 1);
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
