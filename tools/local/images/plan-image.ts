import { posix } from 'node:path';
import { type ImageSettings, nodeImage } from './base-image';
import { type Dockerfile, parseDockerfile, type RawInstruction, type RawStage } from './dockerfile';
import { ImageError } from './image-error';
import type { ImagePlan, Omission, StagePlan, Step } from './image-plan';
import { expand, type Variables } from './variables';

export interface BuildOptions {
  readonly buildArgs?: Variables;
  /** Name or index of the stage to build. @default - the last one */
  readonly target?: string;
}

/** Programs that install software of the system. */
const INSTALLERS =
  /\b(apt|apt-get|aptitude|apk|yum|dnf|microdnf|zypper|pip3?)\s+(-\S+\s+)*(add|install|update|upgrade)\b/;

/** Settings and steps of a stage, while its instructions are read. */
interface Draft {
  readonly parent?: number;
  readonly steps: Step[];
  settings: ImageSettings;
  shell: readonly string[];
  /** Values of `ARG`. Those of `ENV` take precedence. */
  readonly buildArguments: Record<string, string>;
  inheritsCommand: boolean;
}

/**
 * Plans how the image of a Dockerfile is built here. Stages that the image does not need are left out, as BuildKit does.
 *
 * Throws an {@link ImageError} if it begins with an image of anything but Node.js, or has an instruction that cannot run here.
 */
export function planImage(text: string, options: BuildOptions = {}): ImagePlan {
  return new Planner(parseDockerfile(text), options).plan();
}

class Planner {
  private readonly platform: Variables = {
    ...ofPlatform('TARGET'),
    ...ofPlatform('BUILD'),
  };
  private readonly global: Record<string, string> = {};
  private readonly stages: StagePlan[] = [];
  private readonly drafts = new Map<RawStage, { readonly index: number; readonly draft: Draft }>();
  private readonly omissions = new Set<Omission>();

  constructor(
    private readonly dockerfile: Dockerfile,
    private readonly options: BuildOptions,
  ) {
    for (const { variables } of dockerfile.arguments) {
      for (const { name, value } of variables) {
        this.global[name] = options.buildArgs?.[name] ?? expand(value ?? '', this.global, dockerfile.escape);
      }
    }
  }

  plan(): ImagePlan {
    const { settings } = this.draftOf(this.wanted()).draft;
    return { stages: this.stages, settings, omissions: [...this.omissions] };
  }

  private wanted(): RawStage {
    const { target } = this.options;
    const { stages } = this.dockerfile;
    const stage = target === undefined ? stages.at(-1) : this.stageNamed(target, stages.length);
    if (!stage) {
      throw new ImageError(`the Dockerfile has no stage ${target}`);
    }
    return stage;
  }

  /** @param before only the stages before this index */
  private stageNamed(name: string, before: number): RawStage | undefined {
    const earlier = this.dockerfile.stages.slice(0, before);
    return (
      earlier.findLast((stage) => stage.name === name.toLowerCase()) ??
      (/^\d+$/.test(name) ? earlier[Number(name)] : undefined)
    );
  }

  private draftOf(stage: RawStage): { readonly index: number; readonly draft: Draft } {
    const known = this.drafts.get(stage);
    if (known) {
      return known;
    }
    const draft = at(stage.from, () => this.begin(stage));
    for (const instruction of stage.instructions) {
      at(instruction, () => this.apply(instruction, draft, this.dockerfile.stages.indexOf(stage)));
    }
    const { parent, steps } = draft;
    // Stages that it needs have been added before.
    const index = this.stages.push({ steps, ...(parent !== undefined && { parent }) }) - 1;
    const planned = { index, draft };
    this.drafts.set(stage, planned);
    return planned;
  }

  private begin(stage: RawStage): Draft {
    const image = expand(stage.image, { ...this.platform, ...this.global }, this.dockerfile.escape);
    const earlier = this.stageNamed(image, this.dockerfile.stages.indexOf(stage));
    const empty = { steps: [], shell: ['/bin/sh', '-c'], buildArguments: {} };
    if (earlier) {
      const { index, draft } = this.draftOf(earlier);
      const { settings, shell, buildArguments } = draft;
      return {
        ...empty,
        ...{ parent: index, settings, shell, buildArguments: { ...buildArguments } },
        inheritsCommand: settings.command !== undefined,
      };
    }
    const settings = nodeImage(image);
    if (!settings) {
      throw new ImageError(`${image} is not an image of Node.js`);
    }
    return { ...empty, settings, inheritsCommand: true };
  }

  private apply(instruction: RawInstruction, draft: Draft, stageIndex: number): void {
    const { settings } = draft;
    switch (instruction.keyword) {
      case 'ARG':
        for (const { name, value } of instruction.variables) {
          const given = this.options.buildArgs?.[name];
          const declared = value === undefined ? (this.global[name] ?? this.platform[name]) : this.text(value, draft);
          draft.buildArguments[name] = given ?? declared ?? '';
        }
        break;
      case 'ENV': {
        // All values of one instruction see the variables before it.
        const added = instruction.variables.map(({ name, value = '' }) => [name, this.text(value, draft)]);
        draft.settings = { ...settings, environment: { ...settings.environment, ...Object.fromEntries(added) } };
        break;
      }
      case 'WORKDIR': {
        const path = posix.resolve(settings.workingDirectory, this.text(instruction.argument, draft));
        draft.settings = { ...settings, workingDirectory: path };
        draft.steps.push({ kind: 'folder', text: labelOf(instruction), path });
        break;
      }
      case 'COPY':
      case 'ADD':
        this.copy(instruction, draft, stageIndex);
        break;
      case 'RUN':
        this.run(instruction, draft, stageIndex);
        break;
      case 'SHELL':
        draft.shell = execForm(instruction.argument) ?? draft.shell;
        break;
      case 'CMD':
        draft.settings = { ...settings, command: commandOf(instruction, draft) };
        draft.inheritsCommand = false;
        break;
      case 'ENTRYPOINT': {
        const { command, ...others } = settings;
        const kept = command && !draft.inheritsCommand ? { command } : {};
        draft.settings = { ...others, ...kept, entryPoint: commandOf(instruction, draft) };
        break;
      }
    }
  }

  private copy(instruction: RawInstruction, draft: Draft, stageIndex: number): void {
    const text = labelOf(instruction);
    const from = flag(instruction, 'from');
    const stage = from === undefined ? undefined : this.stageOfFlag(from, draft, stageIndex);
    if (from !== undefined && !stage) {
      this.omissions.add('images');
      return;
    }
    const words = execForm(instruction.argument) ?? instruction.words;
    const paths = words.map((word) => this.text(word, draft));
    const last = paths.pop();
    if (last === undefined) {
      throw new ImageError('it has no destination');
    }
    const destination = absolute(last, draft);
    const chmod = flag(instruction, 'chmod');
    const mode = chmod !== undefined && /^[0-7]{3,4}$/.test(chmod) ? { mode: chmod } : {};
    for (const { name, content, isLiteral } of instruction.heredocs) {
      const path = destination.endsWith('/') ? `${destination}${name}` : destination;
      const expanded = isLiteral ? content : expandLines(content, variablesOf(draft), this.dockerfile.escape);
      draft.steps.push({ kind: 'file', text, path, content: expanded, ...mode });
    }
    const unusable =
      instruction.keyword === 'ADD' && paths.find((path) => /^(https?:|git@)|\.(tar|tgz|tar\.\w+)$/.test(path));
    if (unusable) {
      throw new ImageError(`ADD of ${unusable} is not supported here, only of files and folders`);
    }
    if (paths.length > 0) {
      const excludes = instruction.flags.filter(({ name }) => name === 'exclude').map(({ value }) => value);
      const sources = { sources: paths, destination, excludes, ...mode };
      draft.steps.push({ kind: 'copy', text, ...sources, ...(stage && { from: this.draftOf(stage).index }) });
    }
  }

  private run(instruction: RawInstruction, draft: Draft, stageIndex: number): void {
    if (INSTALLERS.test(instruction.argument)) {
      this.omissions.add('programs');
    }
    const [heredoc] = instruction.heredocs;
    const isScript = heredoc && instruction.argument.startsWith('<<');
    const mounts = instruction.flags.filter(({ name }) => name === 'mount').map(({ value }) => mountOf(value));
    if (mounts.some(({ type }) => type === 'secret' || type === 'ssh')) {
      this.omissions.add('secrets');
    }
    draft.steps.push({
      kind: 'run',
      text: labelOf(instruction),
      command: isScript ? heredoc.content : (execForm(instruction.argument) ?? instruction.argument),
      shell: draft.shell,
      workingDirectory: draft.settings.workingDirectory,
      environment: variablesOf(draft),
      binds: mounts
        .filter(({ type = 'bind' }) => type === 'bind')
        .flatMap(({ from, source = '.', src = source, target = '', dst = target, destination = dst }) => {
          const stage = from === undefined ? undefined : this.stageOfFlag(from, draft, stageIndex);
          if (from !== undefined && !stage) {
            this.omissions.add('images');
            return [];
          }
          const bind = { source: src, target: absolute(destination, draft) };
          return [{ ...bind, ...(stage && { from: this.draftOf(stage).index }) }];
        }),
    });
  }

  /** The stage of `--from`; undefined for an image. */
  private stageOfFlag(from: string, draft: Draft, stageIndex: number): RawStage | undefined {
    return this.stageNamed(this.text(from, draft), stageIndex);
  }

  private text(word: string, draft: Draft): string {
    return expand(word, variablesOf(draft), this.dockerfile.escape);
  }
}

/** Runs a part of the plan. An error names the line. */
function at<T>(instruction: RawInstruction, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // The stage that an instruction needs has named its own line.
    if (error instanceof ImageError && !error.message.startsWith('Dockerfile:')) {
      throw new ImageError(`${labelOf(instruction)}: ${error.message}`);
    }
    throw error;
  }
}

function labelOf({ line, text }: RawInstruction): string {
  return `Dockerfile:${line}: ${text}`;
}

function variablesOf({ buildArguments, settings }: Draft): Variables {
  return { ...buildArguments, ...settings.environment };
}

function flag({ flags }: RawInstruction, name: string): string | undefined {
  return flags.find((each) => each.name === name)?.value;
}

/** `type=bind,source=package.json,target=package.json` */
function mountOf(value: string): Record<string, string | undefined> {
  return Object.fromEntries(
    value.split(',').map((pair) => {
      const [key = '', ...rest] = pair.split('=');
      return [key, rest.join('=')];
    }),
  );
}

/** @returns the absolute path in the image, with a final slash if the text has one or is a folder by its form */
function absolute(path: string, { settings }: Draft): string {
  const resolved = posix.resolve(settings.workingDirectory, path);
  return /(^|\/)\.{0,2}$/.test(path) && resolved !== '/' ? `${resolved}/` : resolved;
}

/** Parses a JSON array of texts. @returns undefined for the shell form */
function execForm(argument: string): string[] | undefined {
  if (!argument.trimStart().startsWith('[')) {
    return undefined;
  }
  try {
    const words: unknown = JSON.parse(argument);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    // As Docker does: what is no JSON is the shell form.
    return undefined;
  }
}

function commandOf({ argument }: RawInstruction, { shell }: Draft): string[] {
  return execForm(argument) ?? [...shell, argument];
}

/** In the content of a file, quotes are not special. */
function expandLines(content: string, variables: Variables, escape: string): string {
  return expand(content.replace(/["']/g, `${escape}$&`), variables, escape);
}

function ofPlatform(prefix: string): Variables {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return {
    [`${prefix}PLATFORM`]: `linux/${architecture}`,
    [`${prefix}OS`]: 'linux',
    [`${prefix}ARCH`]: architecture,
  };
}
