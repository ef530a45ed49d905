import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { cdk } from '../support/example-project';
import type { Settings } from '../../lib/settings/settings';
import { propertyOf } from './resource-property';
import type { TwinlaneStack } from '../../lib/twinlane-stack';
import { stageStack } from '../stack/stages';

test.each([
  [true, true],
  [false, false],
  [undefined, false],
])('a stage with the deletion protection %p has the termination protection %p', (deletionProtection, expected) => {
  expect(stageStack('prod', { deletionProtection }).terminationProtection ?? false).toBe(expected);
});

describe('the network that a stage creates', () => {
  const lambda = { type: 'lambda', memoryMiB: 512, reservedConcurrency: 10 };
  const servers = { type: 'servers', minTasks: 2, maxTasks: 2, cpu: 256, memoryMiB: 512 };
  const { http: fargate, websocket: apiGateway } = cdk.context.twinlane.dev.capacity;

  test.each([
    ['containers and an API', { http: fargate, websocket: apiGateway }, 2],
    ['a function and an API', { http: lambda, websocket: apiGateway }, 0],
    ['a function and servers', { http: lambda, websocket: servers }, 2],
  ])('for %s has the NAT gateways that tasks need', (_, capacity, gateways) => {
    const stack = stageStack('dev', { capacity: capacity as Settings['capacity'] });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::NatGateway', gateways);
  });
});

describe('the web ACL of a stage', () => {
  const webAcl = { rateLimit: 100 };
  const { http, websocket } = cdk.context.twinlane.servers.capacity;

  test('is in front of the load balancer of the HTTP lane without a gateway', () => {
    const template = Template.fromStack(stageStack('dev', { webAcl }));
    expect(propertyOf(template, 'AWS::WAFv2::WebACL', 'Scope')).toEqual(['REGIONAL']);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
  });

  test('is in front of CloudFront with a distribution, because all requests to the lanes come from its addresses', () => {
    const template = Template.fromStack(stageStack('gateway', { webAcl }));
    expect(propertyOf(template, 'AWS::WAFv2::WebACL', 'Scope')).toEqual(['CLOUDFRONT']);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });

  test('is in front of the one load balancer of both lanes', () => {
    const template = Template.fromStack(
      stageStack('servers', {
        webAcl,
        gateway: { type: 'loadBalancer' },
        hosts: { http: 'app.servers.example.com', websocket: 'app.servers.example.com' },
        capacity: { http, websocket: { ...websocket, type: 'servers', loadBalancer: 'shared' } },
      }),
    );
    expect(propertyOf(template, 'AWS::WAFv2::WebACL', 'Scope')).toEqual(['REGIONAL']);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    expect(
      propertyOf(
        template,
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
        'LoadBalancerAttributes/idle_timeout.timeout_seconds',
      ),
    ).toEqual(['600']);
  });
});

describe('the page of a gateway', () => {
  const { host } = cdk.context.twinlane.gateway.gateway;
  const stackWith = (page: string | undefined) =>
    stageStack('gateway', { gateway: { type: 'cloudFront', host, ...(page !== undefined && { page }) } });

  /** The files of the page, in the assembly. */
  function filesOf(stack: TwinlaneStack): string[] {
    const assembly = App.of(stack)?.synth().directory ?? '';
    return readdirSync(assembly)
      .filter((name) => existsSync(join(assembly, name, 'index.html')))
      .flatMap((name) => readdirSync(join(assembly, name)));
  }

  test('is the demo page, or a folder with one of your own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    expect(filesOf(stackWith('demo'))).toEqual(expect.arrayContaining(['config.json', 'index.html', 'main.js']));
    expect(filesOf(stackWith(folder))).toEqual(['index.html']);
    expect(filesOf(stackWith(undefined))).toEqual([]);
  });

  test('that does not exist is a problem at synthesis, with the way to build one', () => {
    const stack = stackWith('no-such-folder');
    expect(() => App.of(stack)?.synth()).toThrow(
      /gateway\.page must be a folder with an index\.html, got "no-such-folder"\. Fix: build your page into it/,
    );
  });
});

test.each([
  [undefined, '60'],
  ['own', '60'],
  ['shared', '600'],
] as const)(
  'with the load balancer %p of servers, idle connections to the HTTP lane have a timeout of %s s',
  (loadBalancer, seconds) => {
    const servers = { type: 'servers', minTasks: 2, maxTasks: 2, cpu: 256, memoryMiB: 512, loadBalancer } as const;
    const { http } = cdk.context.twinlane.dev.capacity;
    const stack = stageStack('dev', { capacity: { http, websocket: servers } });
    const ofHttp = 'AWS::ElasticLoadBalancingV2::LoadBalancer TwinLaneHttpLane';
    expect(
      propertyOf(Template.fromStack(stack), ofHttp, 'LoadBalancerAttributes/idle_timeout.timeout_seconds'),
    ).toEqual([seconds]);
  },
);
