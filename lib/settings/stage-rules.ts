import { z } from 'zod';
import { isHostName } from '../domains/host-names';
import type { Finding, Sound } from './check-shape';
import { cloudFrontOf } from './gateway';
import type { StageSettings } from './shape';

/** The sound values of every stage, by its name. */
export type Stages = ReadonlyMap<string, Sound<StageSettings>>;

/** A rule on all stages together. It yields the name of the stage that it reports. */
export type StageRule = (stages: Stages) => Iterable<[stage: string, finding: Finding]>;

/**
 * A name leads to one place: the second stack cannot create its records, and API Gateway refuses a domain name that exists in
 * the Region. Stages in other accounts and Regions collide, too, because public DNS has one answer for all of them.
 */
function* hostsDiffer(stages: Stages): Iterable<[string, Finding]> {
  const seen = new Map<string, { stage: string; path: string }>();
  for (const [stage, settings] of stages) {
    for (const [path, host] of hostsOf(settings)) {
      if (!host) continue;
      const first = seen.get(host);
      // A name that a stage has twice is reported by the rules of that stage.
      if (first && first.stage !== stage) {
        yield [
          stage,
          {
            path,
            value: host,
            rule: `must differ from ${first.path}`,
            fix: `use other host names in one of the stages, such as "${ownHost(host, stage)}"`,
          },
        ];
      }
      if (!first) seen.set(host, { stage, path: z.core.toDotPath(['twinlane', stage, ...path]) });
    }
  }
}

/** @returns the hosts of a stage, each with the path of its setting */
function hostsOf(settings: Sound<StageSettings>): [path: string[], host: string | undefined][] {
  const { hosts } = settings;
  return [
    [['hosts', 'http'], hosts?.http],
    [['hosts', 'websocket'], hosts?.websocket],
    [['gateway', 'host'], cloudFrontOf(settings)?.host],
  ];
}

/** @returns a name for the stage's own host: `api.example.com` → `api.prod.example.com`, `example.com` → `prod.example.com` */
function ownHost(host: string, stage: string): string {
  const [label, ...rest] = host.split('.');
  const own = rest.length > 1 ? [label, stage, ...rest].join('.') : `${stage}.${host}`;
  return isHostName(own) ? own : 'api.prod.example.com';
}

/** API Gateway has one role for the logs of an account in a Region: each stack would replace the other's. */
function oneLoggingRole(stages: Stages): Iterable<[string, Finding]> {
  return onceInEachPlace(stages, {
    path: ['accountLoggingRole'],
    isTrue: ({ accountLoggingRole }) => accountLoggingRole === true,
    fix: 'remove it from one of them: the role of the other is used by all APIs of the account and Region',
  });
}

/** The alarms of each stage would notify of the same quotas. */
function oneOfAccountAlarms(stages: Stages): Iterable<[string, Finding]> {
  return onceInEachPlace(stages, {
    path: ['operation', 'accountAlarms'],
    isTrue: ({ operation }) => operation?.accountAlarms === true,
    fix: 'remove it from one of them: the alarms of the other watch the quotas that all stages of the account and Region share',
  });
}

/** A setting that only one stage of an account and Region can have. */
interface SettingOfAccount {
  readonly path: string[];
  readonly fix: string;
  isTrue(settings: Sound<StageSettings>): boolean;
}

function* onceInEachPlace(
  stages: Stages,
  { path, fix, isTrue }: SettingOfAccount,
): Iterable<[stage: string, finding: Finding]> {
  const seen: [string, Sound<StageSettings>][] = [];
  for (const [stage, settings] of stages) {
    if (!isTrue(settings) || !settings.region) continue;
    const first = seen.find(([, other]) => isSamePlace(other, settings));
    if (first) {
      const rule = `must not be true in two stages of one account and Region, and ${z.core.toDotPath(['twinlane', first[0]])} has it`;
      yield [stage, { path, value: true, rule, fix }];
    }
    seen.push([stage, settings]);
  }
}

/** Stages without an account can be in the same one. */
function isSamePlace(a: Sound<StageSettings>, b: Sound<StageSettings>): boolean {
  const otherAccount = a.account && b.account && a.account !== b.account;
  return a.region === b.region && !otherAccount;
}

export const stageRules: readonly StageRule[] = [hostsDiffer, oneLoggingRole, oneOfAccountAlarms];
