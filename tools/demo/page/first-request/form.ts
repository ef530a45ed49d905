import { contentTypeOf, isForbidden } from '../../../fetch-rules';
import { element } from '../elements';
import { InvalidInput, readFields } from '../fields';
import { mixedContent } from './failure';
import type { Order } from './measure';
import type { PageRequest } from './request';

/** Reads the form of the measurement. Throws {@link InvalidInput} with the problems of all fields. */
export function readOrder(): Order {
  try {
    const { url, headers, body, websocket } = readFields({
      url: () => urlOf('measured-url', 'URL', ['http:', 'https:'], 'http://localhost:8000/items'),
      headers: readHeaders,
      body: readBody,
      websocket: () =>
        field('measured-socket').value.trim() === ''
          ? undefined
          : urlOf('measured-socket', 'WebSocket URL', ['ws:', 'wss:'], 'ws://localhost:8000/ws'),
    });
    const request: PageRequest = {
      url,
      method: selected('measured-method'),
      headers: { ...(body !== undefined && { 'content-type': contentTypeOf(body) }), ...headers },
      body,
      credentials: selected('measured-credentials') as PageRequest['credentials'],
    };
    return { request, websocket, rest: element('measured-rest', HTMLInputElement).checked };
  } catch (error) {
    if (error instanceof InvalidInput && error.problems.some(({ input }) => input.id !== 'measured-url')) {
      // A field in closed details cannot have the focus.
      element('measured-more', HTMLDetailsElement).open = true;
    }
    throw error;
  }
}

function field(id: string): HTMLInputElement {
  return element(id, HTMLInputElement);
}

function selected(id: string): string {
  return element(id, HTMLSelectElement).value;
}

function urlOf(id: string, label: string, protocols: readonly string[], example: string): string {
  const input = field(id);
  const value = input.value.trim();
  if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
    throw new InvalidInput({
      input,
      message: `${label} must begin with ${protocols.join('// or ')}//. Example: ${example}`,
    });
  }
  const url = new URL(value);
  if (url.username || url.password) {
    throw new InvalidInput({
      input,
      message: `${label} must not contain a user name or a password: browsers refuse it. Use a header.`,
    });
  }
  url.hash = '';
  const message = mixedContent(url, location.protocol);
  if (message) {
    throw new InvalidInput({ input, message });
  }
  return url.href;
}

function readHeaders(): Record<string, string> {
  const input = element('measured-headers', HTMLTextAreaElement);
  const lines = input.value.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...rest] = line.split(':');
      const header = [name.trim().toLowerCase(), rest.join(':').trim()] as const;
      if (rest.length === 0 || !isHeader(...header)) {
        throw new InvalidInput({
          input,
          message: `Each line of Headers must be a name, a colon and a value. Got “${line}”.`,
        });
      }
      if (isForbidden(header[0])) {
        const fix = header[0].startsWith('cookie')
          ? 'Set Credentials to “include” to send the cookies of the browser.'
          : 'Remove it.';
        throw new InvalidInput({ input, message: `A page cannot set the header ${header[0]}. ${fix}` });
      }
      return header;
    }),
  );
}

function isHeader(name: string, value: string): boolean {
  try {
    new Headers([[name, value]]);
    return true;
  } catch {
    return false;
  }
}

function readBody(): string | undefined {
  const input = element('measured-body', HTMLTextAreaElement);
  const method = selected('measured-method');
  if (input.value === '') {
    return undefined;
  }
  if (['GET', 'HEAD'].includes(method)) {
    throw new InvalidInput({
      input,
      message: `A ${method} request has no body. Choose POST, PUT or PATCH, or clear Body.`,
    });
  }
  return input.value;
}
