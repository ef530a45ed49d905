import type { ImageSettings } from './base-image';

/** An image that can be built here. */
export interface ImageSource {
  /** Absolute path of the build context. */
  readonly context: string;
  /** Path of the Dockerfile in it. */
  readonly dockerfile: string;
  readonly plan: ImagePlan;
}

/** Instructions of a Dockerfile that build an image here, with every variable replaced. Plain data. */
export interface ImagePlan {
  /** The stages that the image needs, in the order of the Dockerfile. The last one is the image. */
  readonly stages: readonly StagePlan[];
  readonly settings: ImageSettings;
  /** Parts of the Dockerfile that have no effect here. */
  readonly omissions: readonly Omission[];
}

/** `programs`: an installer of the system; `secrets`: secrets of the build; `images`: files of images from a registry. */
export type Omission = 'programs' | 'secrets' | 'images';

export interface StagePlan {
  /** Index of the stage that it begins with. Undefined: it begins with an image of Node.js, which adds no files. */
  readonly parent?: number;
  readonly steps: readonly Step[];
}

/** Text of an instruction for messages: `Dockerfile:7: COPY dist ./`. */
interface Instruction {
  readonly text: string;
}

export type Step = FolderStep | CopyStep | FileStep | RunStep;

/** Creates a folder: `WORKDIR`. */
interface FolderStep extends Instruction {
  readonly kind: 'folder';
  readonly path: string;
}

export interface CopyStep extends Instruction {
  readonly kind: 'copy';
  /** Index of a stage. @default - the build context */
  readonly from?: number;
  /** Paths and patterns, relative to the build context or to the root of the stage. */
  readonly sources: readonly string[];
  /** Absolute path in the image. It ends in `/` if it must be a folder. */
  readonly destination: string;
  /** Patterns of `--exclude`. */
  readonly excludes: readonly string[];
  /** Octal mode of the files, of `--chmod`. @default - that of the sources */
  readonly mode?: string;
}

/** Writes a file whose content is in the Dockerfile. */
export interface FileStep extends Instruction {
  readonly kind: 'file';
  readonly path: string;
  readonly content: string;
  readonly mode?: string;
}

export interface RunStep extends Instruction {
  readonly kind: 'run';
  /** Text for the shell, or a program with its arguments. */
  readonly command: string | readonly string[];
  /** `['/bin/sh', '-c']` */
  readonly shell: readonly string[];
  readonly workingDirectory: string;
  /** Variables of `ENV` and `ARG`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Files that exist only while it runs, of `--mount=type=bind`. */
  readonly binds: readonly { readonly from?: number; readonly source: string; readonly target: string }[];
}
