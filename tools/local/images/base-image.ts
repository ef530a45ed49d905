/** Settings of an image, which its container has unless the task definition replaces them. */
export interface ImageSettings {
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path in the image. */
  readonly workingDirectory: string;
}

/** `PATH` of an image of Node.js. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Settings of an image of Node.js from a registry. Its name decides: `node:24-alpine`, `public.ecr.aws/docker/library/node`,
 * `gcr.io/distroless/nodejs22-debian12`. The program and the version are those of this machine.
 *
 * @returns undefined for an image of anything else
 */
export function nodeImage(reference: string): ImageSettings | undefined {
  const name = reference.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  if (!/(^|-)node(js\d*)?(-|$)/.test(name.split('/').at(-1) ?? '')) {
    return undefined;
  }
  // These two run the first word of the command as a script. The official image decides by the word, see `container-command.ts`.
  const runsScripts = /\/(distroless|chainguard)\//.test(name);
  return {
    ...(runsScripts && { entryPoint: ['node'] }),
    environment: { PATH },
    workingDirectory: name.includes('/chainguard/') ? '/app' : '/',
  };
}
