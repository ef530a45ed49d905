/** The instructions of a Dockerfile that matter when its image runs. Forms: https://docs.docker.com/reference/dockerfile/ */
export interface Dockerfile {
  /** `ENTRYPOINT` and `CMD`, each undefined if the Dockerfile does not have it. */
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** True if commands run while the image is built, which does not happen here. */
  readonly runsCommands: boolean;
}

type Stage = { -readonly [Key in keyof Dockerfile]: Dockerfile[Key] };

/**
 * Reads the last stage of a Dockerfile, which is the image that runs. A stage that begins with an earlier one inherits its
 * instructions; those of an image from a registry are unknown here.
 */
export function parseDockerfile(text: string): Dockerfile {
  const stages = new Map<string, Stage>();
  let stage: Stage = { environment: {}, runsCommands: false };
  let inheritsCommand = false;
  for (const line of instructionsOf(text)) {
    const [instruction = '', argument = ''] = line.split(/\s+(.*)/s);
    switch (instruction.toUpperCase()) {
      case 'FROM': {
        // FROM [--platform=PLATFORM] IMAGE [AS NAME]
        const [image = '', , name] = argument.split(/\s+/).filter((word) => !word.startsWith('--'));
        stage = { environment: {}, runsCommands: false, ...stages.get(image.toLowerCase()) };
        inheritsCommand = stage.command !== undefined;
        if (name) stages.set(name.toLowerCase(), stage);
        break;
      }
      case 'ENTRYPOINT':
        stage.entryPoint = commandOf(argument);
        if (inheritsCommand) delete stage.command;
        break;
      case 'CMD':
        stage.command = commandOf(argument);
        inheritsCommand = false;
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
