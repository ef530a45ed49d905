import { ImageError } from './image-error';

/** Variables of `ARG` and `ENV`. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Replaces `$NAME` and `${NAME}`, with the modifiers `:-`, `-`, `:+` and `+`, and removes quotes and escapes, as Docker does for the words of
 * most instructions. A variable without a value is empty. Single quotes keep a text as it is.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 *
 * @param escape escape character of the Dockerfile
 */
export function expand(word: string, variables: Variables, escape = '\\'): string {
  let result = '';
  let quote = '';
  for (let at = 0; at < word.length; at += 1) {
    const character = word.charAt(at);
    if (character === quote) {
      quote = '';
    } else if (quote === "'") {
      result += character;
    } else if (character === '"' || (character === "'" && quote === '')) {
      quote = character;
    } else if (character === escape && at + 1 < word.length) {
      at += 1;
      const escaped = word.charAt(at);
      result += quote === '"' && !`"$${escape}`.includes(escaped) ? escape + escaped : escaped;
    } else if (character === '$') {
      const { length, value } = variableAt(word.slice(at + 1), variables, escape);
      result += value;
      at += length;
    } else {
      result += character;
    }
  }
  return result;
}

/** @returns the value of the variable that follows `$`, and the length of its reference */
function variableAt(text: string, variables: Variables, escape: string): { length: number; value: string } {
  const [plain] = /^\w+/.exec(text) ?? [];
  if (plain !== undefined) {
    return { length: plain.length, value: variables[plain] ?? '' };
  }
  if (!text.startsWith('{')) {
    return { length: 0, value: '$' };
  }
  const inner = text.slice(1, closingBrace(text));
  const [, name = '', modifier = '', parameter = ''] = /^(\w+)(?:(:?[-+])(.*))?$/s.exec(inner) ?? [];
  if (name === '') {
    throw new ImageError(`\${${inner}} is a form of variables that is not supported here`);
  }
  const value = variables[name];
  const present = modifier.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  const word = () => expand(parameter, variables, escape);
  const replaced = modifier.endsWith('+') ? (present ? word() : '') : present ? value : word();
  return { length: inner.length + 2, value: replaced ?? '' };
}

/** @returns index of the brace that closes the one at the start */
function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    depth += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0;
    if (depth === 0) {
      return at;
    }
  }
  throw new ImageError(`$${text} has no closing brace`);
}
