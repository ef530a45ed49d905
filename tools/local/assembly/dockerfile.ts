/** The instructions of a Dockerfile that matter when its image runs. Forms: https://docs.docker.com/reference/dockerfile/ */
export interface Dockerfile {
  /** `ENTRYPOINT` and `CMD`, each undefined if the Dockerfile does not have it. */
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** True if commands run while the image is built, which does not happen here. */
  readonly runsCommands: boolean;
}

/** Reads the last stage of a Dockerfile, which is the image that runs. */
export function parseDockerfile(text: string): Dockerfile {
  let stage: { -readonly [Key in keyof Dockerfile]: Dockerfile[Key] } = { environment: {}, runsCommands: false };
  for (const line of instructionsOf(text)) {
    const [instruction = '', argument = ''] = line.split(/\s+(.*)/s);
    switch (instruction.toUpperCase()) {
      case 'FROM':
        stage = { environment: {}, runsCommands: false };
        break;
      case 'ENTRYPOINT':
        stage.entryPoint = commandOf(argument);
        break;
      case 'CMD':
        stage.command = commandOf(argument);
        break;
      case 'ENV':
        stage.environment = { ...stage.environment, ...variablesOf(argument) };
        break;
      case 'RUN':
        stage.runsCommands = true;
        break;
    }
  }
  return stage;
}

/** The lines without comments, with continued lines joined. */
function instructionsOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]*\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Parses the exec form, a JSON array, or the shell form, which a shell runs. */
function commandOf(argument: string): string[] {
  return argument.startsWith('[') ? JSON.parse(argument) : ['/bin/sh', '-c', argument];
}

/** `ENV KEY=VALUE KEY2="VALUE 2"`, or the old `ENV KEY VALUE`. */
function variablesOf(argument: string): Record<string, string> {
  if (!/^[^\s=]+=/.test(argument)) {
    const [key = '', value = ''] = argument.split(/\s+(.*)/s);
    return { [key]: value };
  }
  const pairs = [...argument.matchAll(/([^\s=]+)=("[^"]*"|'[^']*'|\S*)/g)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value.replace(/^(["'])(.*)\1$/, '$2')]));
}
