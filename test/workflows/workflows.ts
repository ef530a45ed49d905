import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const PROJECT = resolve(__dirname, '../..');

const FOLDER = '.github/workflows';

/** Step of a job: an action or a script. */
interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly concurrency?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

export interface Workflow {
  /** Path, relative to the project. */
  readonly path: string;
  readonly text: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** All workflows of the repository. */
export const WORKFLOWS: readonly Workflow[] = readdirSync(join(PROJECT, FOLDER)).map((file) => {
  const path = join(FOLDER, file);
  const text = readFileSync(join(PROJECT, path), 'utf8');
  return { env: {}, ...parse(text), path, text };
});

/** @returns the jobs of a workflow with their names */
export function jobsOf({ jobs }: Workflow): (Job & { name: string })[] {
  return Object.entries(jobs).map(([name, job]) => ({ ...job, name }));
}

/** All steps of all workflows, with the names of their jobs. */
export const STEPS = WORKFLOWS.flatMap((workflow) =>
  jobsOf(workflow).flatMap((job) => job.steps.map((step) => ({ ...step, job: job.name, path: workflow.path }))),
);

/** The workflow that deploys. */
export const DEPLOY = WORKFLOWS.find(({ path }) => path.endsWith('deploy.yml')) as Workflow;

/** @returns the script of a step of the workflow that deploys. @throws Error if no step has this name */
export function scriptOf(job: string, name: string): string {
  const script = DEPLOY.jobs[job]?.steps.find((step) => step.name === name)?.run;
  if (!script) {
    throw new Error(`The job ${job} has no script with the name ${name}`);
  }
  return script;
}
