import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { cdk } from '../support/example-project';
import { readSettings, type Settings } from '../../lib/settings/settings';
import { TwinlaneStack } from '../../lib/twinlane-stack';
import { testApp } from '../lib/synthesized';

/** The stages in cdk.json of this repository. */
export const STAGES = ['dev', 'prod', 'servers', 'gateway'] as const;

const { gateway, servers } = cdk.context.twinlane;

/** Settings that change the stage `servers`, so that its servers are behind the load balancer of the HTTP lane. */
export const SHARED_LOAD_BALANCER: Partial<Settings> = {
  capacity: {
    ...servers.capacity,
    websocket: { ...servers.capacity.websocket, type: 'servers', loadBalancer: 'shared' },
  },
};

/** Settings that change the stage `gateway`, so that its WebSocket lane has servers with an internal load balancer of their own. */
export const GATEWAY_WITH_SERVERS: Partial<Settings> = {
  capacity: { ...gateway.capacity, websocket: { ...servers.capacity.websocket, type: 'servers' } },
};

/** Settings that change the stage `gateway`, so that its load balancer is public and requires the secret, as its API does. */
export const GATEWAY_WITH_PUBLIC_LOAD_BALANCER: Partial<Settings> = {
  gateway: { ...gateway.gateway, type: 'cloudFront', internalLoadBalancers: false },
};

/** Settings that change the stage `gateway`, so that the public load balancers of both lanes require the secret. */
export const GATEWAY_WITH_PUBLIC_LOAD_BALANCERS: Partial<Settings> = {
  ...GATEWAY_WITH_SERVERS,
  ...GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
};

/** Settings that change the stage `servers`, so that the load balancer of the HTTP lane is the one host of both lanes. */
export const ONE_LOAD_BALANCER: Partial<Settings> = {
  ...SHARED_LOAD_BALANCER,
  hosts: { http: 'app.servers.example.com', websocket: 'app.servers.example.com' },
  gateway: { type: 'loadBalancer' },
};

function settingsOf(stage: string): Settings {
  const result = readSettings(cdk.context.twinlane, stage);
  if ('problems' in result) {
    throw new Error(`cdk.json has problems: ${JSON.stringify(result.problems)}`);
  }
  return result.settings;
}

/** @returns the stack of a stage of this repository, with `changes`. */
export function stageStack(
  stage: string,
  changes: Partial<Settings> = {},
  app: App = testApp(),
  id = `Twinlane-${stage}`,
): TwinlaneStack {
  return new TwinlaneStack(app, id, { settings: { ...settingsOf(stage), ...changes } });
}

/** @returns the template of a stage of this repository, with `changes`. */
export function stageTemplate(stage: string, changes: Partial<Settings> = {}): Template {
  return Template.fromStack(stageStack(stage, changes));
}
