import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CommandError } from '../../cli';
import type { Evidence } from '../measurements';
import { pageRequest } from '../network/page-request';
import { type Answered, PersistentConnection } from '../network/persistent-connection';
import type { Context } from './context';

/** Characters of a response that are kept. */
const KEPT = 2_000;

/** Headers that can contain secrets, and that show no framework by their values. */
const SECRET = new Set(['set-cookie', 'www-authenticate']);

/** Requests a path that does not exist, to find out which software answers. Failures only leave less evidence. */
export async function evidence(context: Context): Promise<void> {
  const { plan, found, show } = context;
  show('which software answers');
  const page = await answerTo(context, pageRequest(plan.request));
  if (page === undefined) {
    return;
  }
  const missing = await answerTo(context, { method: 'GET', path: `/${randomUUID()}`, headers: {} });
  const openApi = await answerTo(context, { method: 'GET', path: '/openapi.json', headers: {} });
  found.evidence = {
    headers: plain(page.headers),
    httpVersion: page.httpVersion,
    ...(missing && { missing: missingOf(missing) }),
    ...(openApi && { openApi: openApi.status === 200 && openApi.body.includes('"openapi"') }),
  };
}

function missingOf({ status, reason, headers, body }: Answered): NonNullable<Evidence['missing']> {
  return { status, reason, headers: plain(headers), body: body.slice(0, KEPT) };
}

async function answerTo({ server }: Context, request: Parameters<PersistentConnection['send']>[0]) {
  try {
    const connection = await PersistentConnection.open(server);
    try {
      return await connection.send(request);
    } finally {
      connection.close();
    }
  } catch (error) {
    server.signal.throwIfAborted();
    if (!(error instanceof CommandError)) {
      throw error;
    }
    return undefined;
  }
}

/** Names of cookies show a framework; their values are secrets. */
function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const cookies = headers['set-cookie']?.map((cookie) => cookie.split('=', 1)[0]).join(', ');
  return {
    ...Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        SECRET.has(name) || value === undefined ? [] : [[name, String(value)]],
      ),
    ),
    ...(cookies && { 'set-cookie': cookies }),
  };
}
