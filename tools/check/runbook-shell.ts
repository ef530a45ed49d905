/** Words that begin a command without being its name: `if aws …; then`. */
const KEYWORDS = new Set(['!', '{', '}', 'if', 'then', 'elif', 'else', 'do', 'while', 'until', 'time']);

const ASSIGNMENT = /^\w+=/;

/** Text of a substitution in a word: its value is not known. */
export const SUBSTITUTED = '$(…)';

/**
 * @returns the words of every command named `aws` in the shell blocks of a document, also of those within `$(…)`, and in code within a
 * line that begins with such a command
 */
export function awsCommandsOf(document: string): string[][] {
  const blocks = [...document.matchAll(/^ *```(\w*)\n(.*?)^ *```$/gms)];
  const prose = blocks.reduce((text, [block]) => text.replace(block, ''), document);
  const scripts = [
    ...blocks.flatMap(([, language = '', script = '']) => (/^(sh|bash)$/.test(language) ? script : [])),
    ...[...prose.matchAll(/`(aws [a-z0-9-]+ [a-z-]+[^`]*)`/g)].map(([, script = '']) => script),
  ];
  return scripts.flatMap((script) => commandsOf(script).flatMap(([name, ...words]) => (name === 'aws' ? [words] : [])));
}

/**
 * Splits a script into its commands, without keywords and leading assignments, and removes the quotes of words. Understands what
 * the documents use: quotes, comments, substitutions, arithmetic, redirections, functions and loops. No here-documents.
 *
 * @throws Error if a quote or a substitution has no end
 */
export function commandsOf(script: string): string[][] {
  const commands: string[][] = [];
  const reader = new Reader(script, commands);
  reader.commands();
  return commands;
}

class Reader {
  private at = 0;

  constructor(
    private readonly script: string,
    private readonly found: string[][],
  ) {}

  /** Reads commands until the end of the script or, within a substitution, until its parenthesis. */
  commands(end?: ')'): void {
    let words: string[] = [];
    const complete = () => {
      const first = words.findIndex((word) => !KEYWORDS.has(word) && !ASSIGNMENT.test(word));
      if (first >= 0) {
        this.found.push(words.slice(first));
      }
      words = [];
    };
    while (this.at < this.script.length) {
      const character = this.script[this.at] ?? '';
      if (end && character === end) {
        this.at += 1;
        complete();
        return;
      }
      if (/[\n;&|()]/.test(character)) {
        this.at += 1;
        complete();
      } else if (this.skip(/\d*[<>]+&?[ \t]*/y)) {
        // The file of a redirection is no word of the command.
        this.word();
      } else if (character === '#') {
        this.skip(/[^\n]*/y);
      } else if (this.skip(/(?:[ \t]|\\\n)+/y)) {
        continue;
      } else {
        words.push(this.word());
      }
    }
    if (end) {
      throw new Error(`A substitution has no end: ${this.script}`);
    }
    complete();
  }

  private word(): string {
    let text = '';
    while (this.at < this.script.length && !/[\s;&|()<>]/.test(this.script[this.at] ?? '')) {
      text += this.piece();
    }
    return text;
  }

  /** @returns the text of a quoted string, a substitution or a character */
  private piece(): string {
    const character = this.script[this.at] ?? '';
    if (character === "'") {
      return this.expect(/'[^']*'/y).slice(1, -1);
    }
    if (character === '"') {
      this.at += 1;
      let text = '';
      while (this.script[this.at] !== '"') {
        if (this.at >= this.script.length) {
          throw new Error(`A quotation has no end: ${this.script}`);
        }
        text += this.substitution() ?? this.character();
      }
      this.at += 1;
      return text;
    }
    return this.substitution() ?? this.character();
  }

  /** @returns the text of `$(…)` or `$((…))` at this position; undefined if there is none */
  private substitution(): string | undefined {
    if (this.skip(/\$\(\(/y)) {
      // Arithmetic: the commands in it count, its operators do not.
      new Reader(this.until('))'), this.found).arithmetic();
      return SUBSTITUTED;
    }
    if (this.skip(/\$\(/y)) {
      this.commands(')');
      return SUBSTITUTED;
    }
    return undefined;
  }

  /** Reads only the substitutions of an arithmetic expression. */
  private arithmetic(): void {
    while (this.at < this.script.length) {
      if (this.substitution() === undefined) {
        this.at += 1;
      }
    }
  }

  private character(): string {
    const text = this.expect(/\\?[^]/y);
    return text === '\\\n' ? '' : text.replace(/^\\(?=.)/, '');
  }

  /** @returns the text before `end`, which must not occur in a substitution of it */
  private until(end: string): string {
    let depth = 0;
    for (let at = this.at; at < this.script.length; at += 1) {
      if (depth === 0 && this.script.startsWith(end, at)) {
        const text = this.script.slice(this.at, at);
        this.at = at + end.length;
        return text;
      }
      depth += this.script[at] === '(' ? 1 : this.script[at] === ')' ? -1 : 0;
    }
    throw new Error(`An arithmetic expression has no end: ${this.script}`);
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.script);
    this.at += match?.[0].length ?? 0;
    return match !== null && match[0] !== '';
  }

  private expect(pattern: RegExp): string {
    const from = this.at;
    if (!this.skip(pattern)) {
      throw new Error(`A quotation has no end: ${this.script.slice(from)}`);
    }
    return this.script.slice(from, this.at);
  }
}
