import { randomUUID } from 'node:crypto';
import { CommandError } from '../../cli';
import type { Evidence } from '../measurements';
import { type Answered, PersistentConnection } from '../network/persistent-connection';
import { despiteRestart } from './accepting';
import type { Context } from './context';

/** Characters of a body that show the framework. */
const BODY = 2_000;

/** Evidence in the response to the page's request. */
export function evidenceOf({ headers, httpVersion }: Answered): Evidence {
  return { headers: withoutSecrets(headers), httpVersion };
}

/** Requests a path that does not exist, and the description of the API, to find out which software answers. */
export async function evidence(context: Context): Promise<void> {
  const { found, show } = context;
  show('which software answers');
  const { headers = {}, httpVersion = '' } = found.evidence ?? {};
  const absent = await answerTo(context, `/${randomUUID()}`);
  const description = await answerTo(context, '/openapi.json');
  found.evidence = {
    headers,
    httpVersion: httpVersion || absent?.httpVersion || '',
    ...(absent && {
      missing: {
        status: absent.status,
        reason: absent.reason,
        headers: withoutSecrets(absent.headers),
        body: absent.body.slice(0, BODY),
      },
    }),
    ...(description && { openApi: description.status === 200 && description.body.includes('"openapi"') }),
  };
}

/** The response, or undefined if there was none: the evidence is then not complete, and the measurement still is. */
async function answerTo({ plan, server }: Context, path: string): Promise<Answered | undefined> {
  const { 'content-type': _, ...headers } = plan.request.headers;
  const ask = async () => {
    const connection = await PersistentConnection.open(server);
    try {
      return await connection.send({ method: 'GET', path, headers });
    } finally {
      connection.close();
    }
  };
  try {
    return await despiteRestart(server, ask);
  } catch (error) {
    server.signal.throwIfAborted();
    if (error instanceof CommandError) {
      return undefined;
    }
    throw error;
  }
}

/** Headers as text. Of cookies only the names, because their values can sign in. */
function withoutSecrets(headers: Answered['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[name, name === 'set-cookie' ? [value].flat().map(nameOfCookie).join(', ') : [value].flat().join(', ')]],
    ),
  );
}

function nameOfCookie(line: string): string {
  return line.split('=')[0] ?? '';
}
