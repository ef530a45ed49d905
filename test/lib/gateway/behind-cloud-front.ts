import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import type { CloudFront } from '../../../lib/gateway/cloud-front';
import type { CloudFrontGatewayProps } from '../../../lib/gateway/cloud-front-props';
import { Gateway } from '../../../lib/gateway/gateway';
import type { Twinlane, TwinlaneProps } from '../../../lib/twinlane';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import { twinlane } from '../lanes';

export const HOST = 'app.example.com';

/** Options of a WebSocket lane with servers. */
export const SERVERS = { entry: WebSocketEntry.servers() };

/** Both lanes behind CloudFront: an API and an internal load balancer by default. */
export function behindCloudFront(
  stack: Stack,
  options: Partial<CloudFrontGatewayProps> = {},
  props: Partial<TwinlaneProps> = {},
): Twinlane & { readonly gateway: CloudFront } {
  return twinlane(stack, {
    gateway: Gateway.cloudFront({ hostName: HOST, ...options }),
    ...props,
  }) as Twinlane & { readonly gateway: CloudFront };
}

/** @returns a folder with an `index.html`, which exists until the end of the tests of the file */
export function examplePage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-page-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>A page</title>');
  return folder;
}

/** An origin of a distribution, as in its template. */
export interface Origin {
  readonly Id: string;
  readonly DomainName: unknown;
  readonly VpcOriginConfig?: {
    readonly VpcOriginId: Record<string, string[]>;
    readonly OriginKeepaliveTimeout: number;
  };
  readonly CustomOriginConfig?: { readonly OriginKeepaliveTimeout: number };
  readonly [property: string]: unknown;
}

/** A behavior of a distribution, as in its template, with its origin. */
export interface Behavior {
  readonly origin: Origin;
  readonly [property: string]: unknown;
}

/** @returns the configuration of the only distribution */
export function distributionConfigOf(template: Template) {
  const [distribution, ...others] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  if (!distribution || others.length > 0) {
    throw new Error(`the template must have one distribution, got ${distribution ? others.length + 1 : 0}`);
  }
  return distribution.Properties.DistributionConfig;
}

/** @returns the behaviors of the only distribution by path; the default one has the path `default` */
export function behaviorsOf(template: Template): Record<string, Behavior> {
  const { Origins, DefaultCacheBehavior, CacheBehaviors } = distributionConfigOf(template);
  const all: { PathPattern?: string; TargetOriginId: string }[] = [DefaultCacheBehavior, ...CacheBehaviors];
  return Object.fromEntries(
    all.map(({ PathPattern = 'default', TargetOriginId, ...behavior }) => [
      PathPattern,
      { ...behavior, origin: Origins.find(({ Id }: Origin) => Id === TargetOriginId) },
    ]),
  );
}

/** @returns the origin of the behavior for a path. Throws if there is no such behavior */
export function originAt(template: Template, path: string): Origin {
  const { [path]: behavior } = behaviorsOf(template);
  if (!behavior) {
    throw new Error(`the distribution must have a behavior for ${path}, got none`);
  }
  return behavior.origin;
}

/** @returns the reference to the only secret in the template, which CloudFormation resolves */
export function secretIn(template: Template): object {
  const [id, ...others] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
  if (!id || others.length > 0) {
    throw new Error(`the template must have one secret, got ${id ? others.length + 1 : 0}`);
  }
  return { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id }, ':SecretString:::}}']] };
}
