import type { CostLoad } from './cost-load';

/** Entry and gateway of a stage that the tables compare. */
export type Variant = Pick<CostLoad, 'entry' | 'gateway'>;

/** API Gateway without a gateway in front of the lanes. */
export const API: Variant = { entry: 'apiGateway', gateway: 'none' };

/** Servers without a gateway in front of the lanes. */
export const SERVERS: Variant = { entry: 'servers', gateway: 'none' };

export const VARIANTS: readonly (Variant & { readonly name: string })[] = [
  { name: 'API Gateway', ...API },
  { name: 'servers', ...SERVERS },
  { name: 'API Gateway behind CloudFront', entry: 'apiGateway', gateway: 'cloudFront' },
  { name: 'servers behind CloudFront', entry: 'servers', gateway: 'cloudFront' },
];

/** Settings of a stage, as in cdk.json. */
export interface StageSettings {
  readonly hosts: { readonly http: string };
  readonly capacity: { readonly http: unknown; readonly websocket: unknown };
}

/** @returns the settings of a stage with an API Gateway API and no gateway, changed to another variant */
export function settingsOf<Stage extends StageSettings>(stage: Stage, { entry, gateway }: Variant) {
  return {
    ...stage,
    ...(entry === 'servers' && {
      // Enough tasks for a million connections.
      quotas: { fargateVcpus: 1000 },
      capacity: {
        ...stage.capacity,
        websocket: { type: 'servers', minTasks: 2, maxTasks: 500, cpu: 256, memoryMiB: 512 },
      },
    }),
    ...(gateway === 'cloudFront' && {
      gateway: { type: 'cloudFront', host: stage.hosts.http.replace(/^[^.]*/, 'app') },
    }),
  };
}
