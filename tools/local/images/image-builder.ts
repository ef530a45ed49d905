import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Orphans } from '../http/service/orphans';
import { BuildEnvironment } from './build-environment';
import { copyFiles } from './copy-files';
import { type Ignored, ignoredIn, NOTHING_IGNORED, parseDockerIgnore } from './docker-ignore';
import type { ImageCache } from './image-cache';
import { ImageError } from './image-error';
import { ImagePaths } from './image-paths';
import type { CopyStep, FileStep, ImageSource, RunStep, StagePlan, Step } from './image-plan';
import { runCommand } from './run-command';
import { digestOf, type Selection, selectFiles } from './selected-files';

/** Changes when the same plan leads to other files. */
const FORMAT = 1;

/** Milliseconds between two reports that a command is still running. */
const REPORT = 10_000;

export interface ImageBuilderOptions {
  readonly cache: ImageCache;
  /** Ends a build. */
  readonly signal: AbortSignal;
  /** Receives `Dockerfile:7: RUN npm ci` when a step begins, and from time to time while it runs. */
  readonly progress: (text: string) => void;
}

/** A stage that is complete. */
interface BuiltStage {
  readonly key: string;
  readonly root: string;
}

/**
 * Builds images as folders, each stage in a folder of the cache that stands for `/`. A stage is built again only if its instructions, its
 * files, a stage that it uses, or the version of Node.js changed.
 */
export class ImageBuilder {
  private orphans: Orphans | undefined;
  private environment: BuildEnvironment | undefined;

  constructor(private readonly options: ImageBuilderOptions) {}

  /** @returns the folder that stands for `/` of the image. Throws an {@link ImageError} if a step fails */
  async build({ context, dockerfile, plan }: ImageSource): Promise<string> {
    const ignored = ignoredIn(context, dockerfile);
    const built: BuiltStage[] = [];
    for (const stage of plan.stages) {
      built.push(await this.stage(stage, { context, ignored, built }));
    }
    const image = built.at(-1);
    if (!image) {
      throw new ImageError('the image has no stage');
    }
    return image.root;
  }

  /** Ends what the builds have started. */
  async close(): Promise<void> {
    this.options.cache.prune();
    await this.orphans?.close();
  }

  private async stage(stage: StagePlan, sources: Sources): Promise<BuiltStage> {
    const { cache, signal } = this.options;
    const parent = stage.parent === undefined ? undefined : sources.built[stage.parent];
    if (parent && stage.steps.length === 0) {
      return parent;
    }
    const key = keyOf(stage, parent, sources);
    const cached = cache.find(key);
    if (cached !== undefined) {
      return { key, root: cached };
    }
    const root = cache.create();
    try {
      if (parent) {
        await copyFiles(selectFiles(parent.root, ['.']), { destination: root, from: parent.root, to: root, signal });
      }
      for (const step of stage.steps) {
        signal.throwIfAborted();
        await naming(step, () => this.perform(step, root, sources));
      }
      cache.keep(key, root);
      return { key, root };
    } catch (error) {
      cache.discard(root);
      throw error;
    }
  }

  private async perform(step: Step, root: string, sources: Sources): Promise<void> {
    switch (step.kind) {
      case 'folder':
        await mkdir(join(root, step.path), { recursive: true });
        break;
      case 'copy':
        await this.copy(step, root, sources);
        break;
      case 'file':
        await write(step, root);
        break;
      case 'run':
        await this.run(step, root, sources);
        break;
    }
  }

  private async copy(step: CopyStep, root: string, sources: Sources): Promise<void> {
    const { signal } = this.options;
    const { destination, mode } = step;
    const from = rootOf(step, sources);
    await copyFiles(selectionOf(step, sources), {
      ...{ destination: join(root, destination), from, to: root, signal },
      ...(mode !== undefined && { mode }),
    });
  }

  private async run(step: RunStep, root: string, sources: Sources): Promise<void> {
    const { cache, signal, progress } = this.options;
    const { command, shell, workingDirectory, environment, binds, text } = step;
    this.orphans ??= new Orphans();
    this.environment ??= new BuildEnvironment(cache.folder);
    const paths = new ImagePaths(root, workingDirectory);
    for (const folder of [workingDirectory, '/root', '/tmp', '/etc', '/usr/local/bin']) {
      await mkdir(paths.of(folder), { recursive: true });
    }
    const mounted: string[] = [];
    for (const { from, source, target } of binds) {
      const selection = selectionOf({ sources: [source], ...(from !== undefined && { from }) }, sources);
      const place = paths.of(target);
      if (!existsSync(place)) {
        mounted.push(place);
      }
      await copyFiles(selection, { destination: place, from: rootOf({ from }, sources), to: root, signal });
    }
    progress(text);
    const since = performance.now();
    let last = '';
    const report = setInterval(() => {
      const seconds = Math.round((performance.now() - since) / 1000);
      progress(`${text}: running for ${seconds} s${last && `, last output: ${last.slice(0, 100)}`}`);
    }, REPORT);
    try {
      await runCommand({
        command:
          typeof command === 'string'
            ? [...shell, installingHere(paths.inBuild(command), paths)]
            : command.map((word) => paths.inBuild(word)),
        directory: paths.of(workingDirectory),
        environment: this.environment.variables(paths, environment),
        orphans: this.orphans,
        signal,
        print: (line) => {
          last = line;
        },
      });
    } finally {
      clearInterval(report);
      for (const place of mounted) {
        await rm(place, { recursive: true, force: true });
      }
    }
  }
}

/** Folders in which steps find files. */
interface Sources {
  readonly context: string;
  readonly ignored: Ignored;
  readonly built: readonly BuiltStage[];
}

function rootOf({ from }: { readonly from?: number | undefined }, { context, built }: Sources): string {
  return from === undefined ? context : (built[from]?.root ?? '');
}

function selectionOf(
  { from, sources: paths, excludes = [] }: Pick<CopyStep, 'from' | 'sources'> & Partial<Pick<CopyStep, 'excludes'>>,
  sources: Sources,
): Selection {
  const ignored = from === undefined ? sources.ignored : NOTHING_IGNORED;
  const excluded = parseDockerIgnore(excludes.join('\n'));
  const both = { has: (path: string) => ignored.has(path) || excluded.has(path), hasExceptions: ignored.hasExceptions };
  return selectFiles(rootOf({ from }, sources), paths, excludes.length > 0 ? both : ignored);
}

/** The identity of a stage: equal if a build would lead to the same files. */
function keyOf(stage: StagePlan, parent: BuiltStage | undefined, sources: Sources): string {
  const steps = stage.steps.map((step) => {
    // Line numbers do not matter.
    const { text: _, ...rest } = step;
    switch (step.kind) {
      case 'copy':
        return [rest, inputOf(step, step, sources)];
      case 'run':
        return [rest, step.binds.map(({ from, source }) => inputOf(step, { sources: [source], from }, sources))];
      default:
        return [rest];
    }
  });
  const machine = [process.version, process.platform, process.arch];
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, machine, parent?.key, steps]))
    .digest('hex');
}

/** The key of the stage from which files come, or the digest of files of the context. */
function inputOf(
  step: Step,
  {
    from,
    ...selected
  }: { readonly from?: number | undefined; readonly sources: readonly string[]; readonly excludes?: readonly string[] },
  sources: Sources,
): string | undefined {
  return from === undefined ? naming(step, () => digestOf(selectionOf(selected, sources))) : sources.built[from]?.key;
}

/** Runs a part of a step. An error names the step. */
function naming<T>({ text }: Step, work: () => T): T {
  const named = (error: unknown) => (error instanceof ImageError ? new ImageError(`${text}: ${error.message}`) : error);
  try {
    const result = work();
    return result instanceof Promise
      ? (result.catch((error: unknown) => {
          throw named(error);
        }) as T)
      : result;
  } catch (error) {
    throw named(error);
  }
}

async function write({ path, content, mode }: FileStep, root: string): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content, { mode: mode === undefined ? 0o644 : Number.parseInt(mode, 8) });
}

/** `corepack enable` writes beside itself, which is outside of the image. */
function installingHere(command: string, paths: ImagePaths): string {
  return command.replace(
    /\bcorepack enable(?! --install-directory)/g,
    `$& --install-directory ${paths.of('/usr/local/bin')}`,
  );
}
