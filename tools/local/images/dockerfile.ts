import {
  Arg,
  DockerfileParser,
  Env,
  type Flag,
  From,
  type Heredoc,
  type Instruction,
  ModifiableInstruction,
} from 'dockerfile-ast';
import { ImageError } from './image-error';

/** An instruction of a Dockerfile, before its variables are replaced. */
export interface RawInstruction {
  /** `COPY` */
  readonly keyword: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Its first line, for messages: `RUN npm ci`. */
  readonly text: string;
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  /** Words, with quotes and variables. Without flags and heredocs. */
  readonly words: readonly string[];
  /** Everything after the flags, on one line where it was continued. */
  readonly argument: string;
  /** Names and values of `ARG` and `ENV`; a value can be absent. */
  readonly variables: readonly { readonly name: string; readonly value?: string }[];
  readonly heredocs: readonly { readonly name: string; readonly content: string; readonly isLiteral: boolean }[];
}

/** A build stage: `FROM` and the instructions after it. */
export interface RawStage {
  readonly from: RawInstruction;
  /** Name or image after `FROM`, with variables. */
  readonly image: string;
  /** In lower case. */
  readonly name?: string;
  readonly instructions: readonly RawInstruction[];
}

export interface Dockerfile {
  readonly escape: string;
  /** `ARG` before the first stage. */
  readonly arguments: readonly RawInstruction[];
  readonly stages: readonly RawStage[];
}

/** Splits a Dockerfile into stages. Reference: https://docs.docker.com/reference/dockerfile/ */
export function parseDockerfile(source: string): Dockerfile {
  const text = source.replaceAll('\r\n', '\n');
  const parsed = DockerfileParser.parse(text);
  const lines = text.split('\n');
  const escape = parsed.getEscapeCharacter();
  const global: RawInstruction[] = [];
  const stages: (RawStage & { readonly instructions: RawInstruction[] })[] = [];
  for (const instruction of parsed.getInstructions()) {
    const raw = rawInstruction(instruction, lines, escape);
    const stage = stages.at(-1);
    if (instruction instanceof From) {
      const name = instruction.getBuildStage()?.toLowerCase();
      stages.push({
        from: raw,
        image: instruction.getImage() ?? '',
        instructions: [],
        ...(name !== undefined && { name }),
      });
    } else if (stage) {
      stage.instructions.push(raw);
    } else {
      global.push(raw);
    }
  }
  if (stages.length === 0) {
    throw new ImageError('the Dockerfile has no FROM');
  }
  return { escape, arguments: global, stages };
}

function rawInstruction(instruction: Instruction, lines: readonly string[], escape: string): RawInstruction {
  const line = instruction.getRange().start.line;
  // The Dockerfile of a heredoc declares it protected, although it belongs to the interface of the instructions that have some.
  const heredocs = (instruction as unknown as { getHeredocs(): Heredoc[] }).getHeredocs();
  return {
    keyword: instruction.getKeyword(),
    line: line + 1,
    text: (lines[line] ?? '').replace(/\s*\\\s*$/, '').trim(),
    flags: flagsOf(instruction),
    words: wordsOf(instruction, heredocs),
    argument: joined(instruction.getRawArgumentsContent() ?? '', escape),
    variables: variablesOf(instruction),
    heredocs: heredocs.map((heredoc) => {
      const content = heredoc.getContentRange();
      const start = lines[heredoc.getStartRange().start.line]?.slice(heredoc.getStartRange().start.character) ?? '';
      const body = content ? lines.slice(content.start.line, content.end.line + 1) : [];
      const unindented = start.startsWith('<<-') ? body.map((each) => each.replace(/^\t+/, '')) : body;
      return {
        name: heredoc.getName(),
        content: unindented.map((each) => `${each}\n`).join(''),
        isLiteral: /^<<-?["']/.test(start),
      };
    }),
  };
}

function flagsOf(instruction: Instruction): RawInstruction['flags'] {
  const flags: Flag[] = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  return flags.map((flag) => ({ name: flag.getName(), value: flag.getValue() ?? '' }));
}

function wordsOf(instruction: Instruction, heredocs: readonly Heredoc[]): string[] {
  const [first] = heredocs;
  // The library counts the lines of a heredoc as arguments.
  const lastLine = first ? first.getStartRange().start.line : Number.POSITIVE_INFINITY;
  return instruction
    .getArguments()
    .filter((argument) => argument.getRange().start.line <= lastLine)
    .map((argument) => argument.getValue())
    .filter((word) => heredocs.length === 0 || !word.startsWith('<<'));
}

function variablesOf(instruction: Instruction): RawInstruction['variables'] {
  const [property] = instruction instanceof Arg ? [instruction.getProperty()] : [];
  const properties = instruction instanceof Env ? instruction.getProperties() : property ? [property] : [];
  return properties.map((each) => {
    const value = each.getUnescapedValue();
    return { name: each.getName(), ...(value !== null && { value }) };
  });
}

/** Removes comment lines and joins continued lines. */
function joined(argument: string, escape: string): string {
  const [first = '', ...others] = argument.split('\n');
  const continuation = escape === '`' ? /`[ \t]*\n/g : /\\[ \t]*\n/g;
  return [first, ...others.filter((line) => !/^\s*#/.test(line))].join('\n').replace(continuation, ' ');
}
