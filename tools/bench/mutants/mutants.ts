import { type Benchmark, round } from '../benchmark';
import { runsFor } from './detection';
import { client } from './list/client';
import { lambda } from './list/lambda';
import { lib } from './list/lib';
import { local } from './list/local';
import { service } from './list/service';
import { tasks } from './list/tasks';
import { tools } from './list/tools';
import { worlds as worldsList } from './list/worlds';
import type { Mutant } from './mutant';
import { type Finding, search } from './search';

/** Bugs by area. */
export const AREAS: Readonly<Record<string, readonly Mutant[]>> = {
  client,
  service,
  lambda,
  tasks,
  lib,
  local,
  tools,
};

/** Compares the bugs that tests detect with all bugs. */
export const mutants: Benchmark = {
  name: 'mutants',
  summary: 'share of planted bugs that an assertion of the unit and slow tests detects, without the snapshot',
  plantsBugs: true,

  async run(report, { text }) {
    const areas = Object.entries(AREAS).map(([area, list]) => [area, selected(list, text)] as const);
    const findings = await search({ mutants: areas.flatMap(([, list]) => list), runs: runsFor, report });
    const rows = areas
      .filter(([, list]) => list.length > 0)
      .map(([area, list]) => ({ area, ...counts(findings.filter(({ mutant }) => list.includes(mutant))) }));
    const all = counts(findings);
    report(
      [
        '',
        row(['area', 'planted', 'detected', 'by time limit only']),
        ...rows.map(rowOf),
        rowOf({ area: 'all', ...all }),
      ].join('\n'),
    );
    const shares = rows.map(({ planted, detected }) => round(detected / planted));
    return {
      ...result('mutants', findings),
      min: Math.min(...shares),
      max: Math.max(...shares),
      ...all,
    };
  },
};

/** Compares the bugs that the simulated runs detect with all bugs of delivery and access. */
export const worlds: Benchmark = {
  name: 'worlds',
  summary: 'share of planted bugs of delivery and access that 300 simulated runs detect',
  plantsBugs: true,

  async run(report, { text }) {
    const findings = await search({
      mutants: selected(worldsList, text),
      runs: () => [['test/simulation/seeds', '--selectProjects', 'slow']],
      env: { SEEDS: '300' },
      report,
    });
    const { planted, detected } = counts(findings);
    report(`\n${detected} of ${planted} bugs were detected`);
    return { ...result('worlds', findings), planted, detected };
  },
};

function selected(list: readonly Mutant[], text = ''): readonly Mutant[] {
  return list.filter(({ file, bug }) => `${file} ${bug}`.includes(text));
}

function result(name: string, findings: readonly Finding[]) {
  const { planted, detected } = counts(findings);
  const ratio = round(detected / planted);
  const survivors = findings
    .filter((finding) => !isDetected(finding))
    .map(({ mutant: { file, bug } }) => ({ file, bug }));
  return { name, ratio, min: ratio, max: ratio, survivors };
}

function isDetected({ failure }: Finding): boolean {
  return failure !== undefined && !failure.timedOut;
}

function counts(findings: readonly Finding[]) {
  return {
    planted: findings.length,
    detected: findings.filter(isDetected).length,
    timedOut: findings.filter(({ failure }) => failure?.timedOut).length,
  };
}

function rowOf({ area, planted, detected, timedOut }: { area: string } & ReturnType<typeof counts>): string {
  return row([area, planted, detected, timedOut]);
}

function row([area, ...values]: readonly (string | number)[]): string {
  return `${String(area).padEnd(8)}${values.map((value) => String(value).padStart(20)).join('')}`;
}
