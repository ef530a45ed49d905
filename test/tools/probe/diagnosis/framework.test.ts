import { frameworkOf } from '../../../../tools/probe/diagnosis/framework';
import type { Evidence } from '../../../../tools/probe/measurements';

interface Seen {
  readonly headers?: Record<string, string>;
  readonly missing?: { status?: number; reason?: string; headers?: Record<string, string>; body?: string };
  readonly openApi?: boolean;
  readonly httpVersion?: string;
}

function evidence({ headers = {}, missing, openApi = false, httpVersion = '1.1' }: Seen): Evidence {
  return {
    headers,
    httpVersion,
    openApi,
    ...(missing && { missing: { status: 404, reason: 'Not Found', headers: {}, body: '', ...missing } }),
  };
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const json = (value: unknown) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

/** Responses as the software sends them. */
const FASTAPI = json({ detail: 'Not Found' });
const FLASK = { reason: 'NOT FOUND', headers: HTML, body: '<!doctype html><title>404 Not Found</title>' };
const EXPRESS = { headers: { ...HTML, 'x-powered-by': 'Express' }, body: '<pre>Cannot GET /x</pre>' };
const DJANGO = { headers: { ...HTML, 'x-frame-options': 'DENY' }, body: '<h1>Not Found</h1>' };

test.each<[string, Seen, unknown]>([
  ['FastAPI on uvicorn', { headers: { server: 'uvicorn' }, missing: FASTAPI }, { name: 'FastAPI', server: 'uvicorn' }],
  ['FastAPI on an unknown server', { missing: FASTAPI }, { name: 'FastAPI' }],
  [
    'FastAPI whose missing paths are answered by the app, by its description',
    { headers: { server: 'uvicorn' }, missing: json({ error: 'no' }), openApi: true },
    { name: 'FastAPI', server: 'uvicorn' },
  ],
  ['uvicorn without a known framework', { headers: { server: 'uvicorn' } }, { server: 'uvicorn' }],
  [
    'Flask on the sync worker of gunicorn',
    { headers: { server: 'gunicorn', connection: 'close' }, missing: FLASK },
    { name: 'Flask', server: 'gunicorn sync worker' },
  ],
  [
    'Flask on gunicorn with threads',
    { headers: { server: 'gunicorn/20.1.0', connection: 'keep-alive' }, missing: FLASK },
    { name: 'Flask', server: 'gunicorn' },
  ],
  [
    'the development server of Flask',
    { headers: { server: 'Werkzeug/2.2.2 Python/3.11.2', connection: 'close' }, missing: FLASK },
    { name: 'Flask', server: 'Werkzeug' },
  ],
  [
    'Django in development',
    { headers: { server: 'WSGIServer/0.2 CPython/3.11.2' }, missing: DJANGO },
    { name: 'Django', server: 'runserver' },
  ],
  ['Django by its cookie', { headers: { 'set-cookie': 'csrftoken=abc; Path=/' } }, { name: 'Django' }],
  [
    'Django by its page for developers',
    { missing: { headers: HTML, body: 'Using the URLconf defined in app.urls' } },
    { name: 'Django' },
  ],
  ['Express', { missing: EXPRESS }, { name: 'Express', server: 'Node.js' }],
  ['Express by its header alone', { headers: { 'x-powered-by': 'Express' } }, { name: 'Express', server: 'Node.js' }],
  [
    'Express by its session',
    { headers: { 'set-cookie': 'a=b, connect.sid=s%3A1' } },
    { name: 'Express', server: 'Node.js' },
  ],
  [
    'NestJS, which runs on Express',
    { headers: { 'x-powered-by': 'Express' }, missing: json({ message: 'Cannot GET /x', statusCode: 404 }) },
    { name: 'NestJS', server: 'Node.js' },
  ],
  [
    'Fastify',
    { headers: { 'keep-alive': 'timeout=72' }, missing: json({ message: 'Route GET:/x not found', statusCode: 404 }) },
    { name: 'Fastify', server: 'Node.js' },
  ],
  [
    'Fastify by its keep-alive time',
    { headers: { 'keep-alive': 'timeout=72' } },
    { name: 'Fastify', server: 'Node.js' },
  ],
  ['Node.js by its keep-alive time', { headers: { 'keep-alive': 'timeout=5' } }, { server: 'Node.js' }],
  ['Next.js', { headers: { 'x-powered-by': 'Next.js' } }, { name: 'Next.js', server: 'Node.js' }],
  ['Go', { missing: { headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' } }, { name: 'Go' }],
  [
    'Vite',
    { missing: { status: 200, headers: HTML, body: '<script type="module" src="/@vite/client">' } },
    { server: 'Vite' },
  ],
  [
    'this app',
    { missing: json({ type: 'urn:twinlane:problem:not_found', title: 'Not found', status: 404 }) },
    { name: 'Twinlane', server: 'Node.js' },
  ],
  ['Rails', { headers: { 'x-runtime': '0.012' } }, { name: 'Rails' }],
  ['ASP.NET', { headers: { server: 'Kestrel' } }, { name: 'ASP.NET', server: 'Kestrel' }],
  ['Spring', { missing: json({ timestamp: '', status: 404, error: '', path: '/x' }) }, { name: 'Spring' }],
  ['Spring by its session', { headers: { 'set-cookie': 'JSESSIONID=1' } }, { name: 'Spring' }],
  [
    'Laravel, which is PHP',
    { headers: { 'set-cookie': 'laravel_session=1', 'x-powered-by': 'PHP/8.3' } },
    { name: 'Laravel' },
  ],
  ['PHP', { headers: { 'x-powered-by': 'PHP/8.3' } }, { name: 'PHP' }],
  ['PHP by its session', { headers: { 'set-cookie': 'PHPSESSID=1' } }, { name: 'PHP' }],
])('the responses show %s', (_software, seen, expected) => {
  expect(frameworkOf(evidence(seen))).toEqual(expected);
});

test.each<[string, Seen]>([
  ['nothing at all', {}],
  ['only JSON with another detail', { missing: json({ detail: 'Not found.' }) }],
  ['a description without the server of FastAPI', { openApi: true }],
  ['a page about something that was not found', { missing: { headers: HTML, body: 'Not Found' } }],
  ['text about a missing page as HTML', { missing: { headers: HTML, body: '404 page not found' } }],
  ['a body that is JSON, but no object', { missing: { body: 'null' } }],
])('%s names no framework', (_what, seen) => {
  expect(frameworkOf(evidence(seen))).toBeUndefined();
});

test('without responses, no framework is named', () => {
  expect(frameworkOf(undefined)).toBeUndefined();
});

test('two reliable marks that contradict each other name no framework', () => {
  expect(frameworkOf(evidence({ missing: { ...FASTAPI, reason: 'NOT FOUND' } }))).toBeUndefined();
});

test('two servers that answer for one host name no server', () => {
  const missing = { ...FASTAPI, headers: { ...FASTAPI.headers, server: 'uvicorn' } };
  expect(frameworkOf(evidence({ headers: { server: 'gunicorn' }, missing }))).toEqual({ name: 'FastAPI' });
});

test('two unreliable marks that contradict each other name no framework', () => {
  const headers = { 'x-runtime': '0.01', 'set-cookie': 'csrftoken=1' };
  expect(frameworkOf(evidence({ headers }))).toBeUndefined();
});

test('a reliable mark decides against unreliable ones', () => {
  const headers = { server: 'uvicorn', 'x-runtime': '0.01', 'set-cookie': 'JSESSIONID=1' };
  expect(frameworkOf(evidence({ headers, missing: FASTAPI }))).toEqual({ name: 'FastAPI', server: 'uvicorn' });
});

test.each([
  ['nginx in Server', { server: 'nginx/1.25', 'keep-alive': 'timeout=5' }],
  ['a header of Envoy', { 'x-envoy-upstream-service-time': '3', 'keep-alive': 'timeout=5' }],
  ['Via', { via: '1.1 cache', 'keep-alive': 'timeout=72' }],
])('behind a proxy, shown by %s, the keep-alive time is the proxy’s and names nothing', (_proxy, headers) => {
  expect(frameworkOf(evidence({ headers }))).toBeUndefined();
});

test('behind a proxy, the body still shows the framework', () => {
  expect(frameworkOf(evidence({ headers: { server: 'nginx', connection: 'close' }, missing: FASTAPI }))).toEqual({
    name: 'FastAPI',
  });
});
