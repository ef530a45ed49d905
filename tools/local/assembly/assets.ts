/** A folder, or a file that is uploaded unchanged. */
export interface FileAsset {
  readonly path: string;
  /** `zip`: `path` is a folder, zipped on upload. */
  readonly packaging: 'zip' | 'file';
}

export interface ImageAsset {
  /** Absolute path of the build context. */
  readonly directory: string;
  /** Path of the Dockerfile in it. */
  readonly dockerFile: string;
  /** Values of `ARG`. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Stage to build. @default - the last one */
  readonly target?: string;
}
