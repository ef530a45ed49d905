import { javaText } from './java-text';
import { parseJson, valueAt } from './json-path';

/** Parameters of a request; only that of `$connect` has any. */
export interface Parameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/** The variable `$input`: the body and the parameters of a request, or the body of an integration's response. */
export class Input {
  /** `{}` for a request without a body [C]. */
  readonly body: string;

  constructor(
    body: string,
    private readonly parameters: Parameters,
  ) {
    this.body = body === '' ? '{}' : body;
  }

  /** @returns the value at the path, as JSON; `""` if there is none [C]. Throws if the body is not JSON */
  json(path = '$'): string {
    return JSON.stringify(this.path(path));
  }

  /** @returns the value at the path; an empty text if there is none [C]. Throws if the body is not JSON */
  path(path = '$'): unknown {
    const value = valueAt(path, parseJson(this.body));
    return value === undefined ? '' : value;
  }

  /** @returns all parameters, or the value of one: from the path, the query string, or the headers; an empty text if there is none */
  params(name?: string): unknown {
    const { path, querystring, header } = this.parameters;
    return name === undefined
      ? { path: { ...path }, querystring: { ...querystring }, header: { ...header } }
      : (path[name] ?? querystring[name] ?? header[name] ?? '');
  }
}

/** The variable `$util`. A value that is not a text is converted as Java does. */
export class Util {
  /** Escapes a text for JavaScript and JSON, but also writes `\'` for a single quote, which JSON does not allow [D]. */
  escapeJavaScript(value: unknown): string {
    return javaText(value).replace(/["'\\/]|[^ -~]/g, escaped);
  }

  /** Throws if the text is not JSON. */
  parseJson(text: unknown): unknown {
    return parseJson(javaText(text));
  }

  urlEncode(value: unknown): string {
    return encodeURIComponent(javaText(value))
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+');
  }

  urlDecode(value: unknown): string {
    return decodeURIComponent(javaText(value).replaceAll('+', ' '));
  }

  base64Encode(value: unknown): string {
    return Buffer.from(javaText(value)).toString('base64');
  }

  base64Decode(value: unknown): string {
    return Buffer.from(javaText(value), 'base64').toString();
  }
}

const NAMED: Readonly<Record<string, string>> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

function escaped(character: string): string {
  return /["'\\/]/.test(character)
    ? `\\${character}`
    : (NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}
