import type { Name, Server } from './framework-names';

/** The responses, prepared for the marks. */
export interface Responses {
  /** Values of a header in both responses, joined; empty without it. */
  readonly header: (name: string) => string;
  /** Different values of the header `Server`. */
  readonly servers: readonly string[];
  /** The response for a path that does not exist. */
  readonly missing: { readonly reason: string; readonly body: string };
  /** Its body as a JSON object; empty if it is none. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly isHtml: boolean;
  readonly openApi: boolean;
}

/** A property of the responses that shows a framework, a server, or both. */
export interface Mark {
  readonly name?: Name;
  readonly server?: Server;
  /** True for marks that were observed on the software itself. Others are documented or remembered: unverified here. */
  readonly reliable: boolean;
  /** True for headers of the connection, which a proxy replaces by its own. */
  readonly ofConnection?: true;
  readonly seen: (responses: Responses) => boolean;
}

/** Frameworks that run on Node.js. */
export const NODE_FRAMEWORKS: readonly Name[] = ['Express', 'NestJS', 'Fastify', 'Next.js', 'Twinlane'];

export const MARKS: readonly Mark[] = [
  // Observed
  {
    name: 'FastAPI',
    reliable: true,
    seen: ({ json }) => Object.keys(json).length === 1 && json.detail === 'Not Found',
  },
  { server: 'uvicorn', reliable: true, seen: served(/^uvicorn$/i) },
  { server: 'gunicorn', reliable: true, seen: (all) => served(/^gunicorn/i)(all) && !closes(all) },
  {
    server: 'gunicorn sync worker',
    reliable: true,
    ofConnection: true,
    seen: (all) => served(/^gunicorn/i)(all) && closes(all),
  },
  { name: 'Flask', reliable: true, seen: ({ missing }) => missing.reason === 'NOT FOUND' },
  { name: 'Flask', server: 'Werkzeug', reliable: true, seen: served(/^Werkzeug\//) },
  { server: 'runserver', reliable: true, seen: served(/^WSGIServer\//) },
  {
    name: 'Django',
    reliable: true,
    seen: ({ missing, isHtml, header }) =>
      isHtml && /not found/i.test(missing.body) && /\bDENY\b/.test(header('x-frame-options')),
  },
  {
    name: 'Express',
    reliable: true,
    seen: ({ missing, isHtml, header }) =>
      isHtml && /Cannot [A-Z]+ \//.test(missing.body) && /\bExpress\b/.test(header('x-powered-by')),
  },
  { name: 'NestJS', reliable: true, seen: ({ json }) => /^Cannot [A-Z]+ \//.test(`${json.message}`) },
  { name: 'Fastify', reliable: true, seen: ({ json }) => /^Route [A-Z]+:.* not found$/.test(`${json.message}`) },
  {
    name: 'Go',
    reliable: true,
    seen: ({ missing, isHtml }) => !isHtml && /^404 page not found\s*$/.test(missing.body),
  },
  { server: 'Vite', reliable: true, seen: ({ missing }) => missing.body.includes('/@vite/client') },
  {
    name: 'Twinlane',
    reliable: true,
    seen: ({ json }) => json.type === 'urn:twinlane:problem:not_found',
  },

  // Observed, but others send it, too
  { server: 'Node.js', reliable: false, ofConnection: true, seen: keepsAlive(5) },
  { name: 'Fastify', reliable: false, ofConnection: true, seen: keepsAlive(72) },

  // Documented or remembered
  { name: 'FastAPI', reliable: false, seen: (all) => all.openApi && served(/^uvicorn$/i)(all) },
  { name: 'Django', reliable: false, seen: cookie('csrftoken') },
  { name: 'Django', reliable: false, seen: ({ missing }) => missing.body.includes('Using the URLconf defined in') },
  { name: 'Express', reliable: false, seen: poweredBy(/\bExpress\b/) },
  { name: 'Express', reliable: false, seen: cookie('connect.sid') },
  { name: 'Next.js', reliable: false, seen: poweredBy(/\bNext\.js\b/) },
  { name: 'Rails', reliable: false, seen: ({ header }) => header('x-runtime') !== '' },
  { name: 'ASP.NET', server: 'Kestrel', reliable: false, seen: served(/^Kestrel$/) },
  {
    name: 'Spring',
    reliable: false,
    seen: ({ json }) => ['timestamp', 'status', 'error', 'path'].every((key) => key in json),
  },
  { name: 'Spring', reliable: false, seen: cookie('JSESSIONID') },
  { name: 'Laravel', reliable: false, seen: cookie('laravel_session') },
  // Laravel is PHP, too: then its own mark counts.
  {
    name: 'PHP',
    reliable: false,
    seen: (all) => (poweredBy(/\bPHP\b/)(all) || cookie('PHPSESSID')(all)) && !cookie('laravel_session')(all),
  },
];

function served(server: RegExp) {
  return ({ servers }: Responses): boolean => servers.some((each) => server.test(each));
}

function closes({ header }: Responses): boolean {
  return /\bclose\b/i.test(header('connection'));
}

function keepsAlive(seconds: number) {
  return ({ header }: Responses): boolean => new RegExp(`\\btimeout=${seconds}\\b`).test(header('keep-alive'));
}

function poweredBy(software: RegExp) {
  return ({ header }: Responses): boolean => software.test(header('x-powered-by'));
}

function cookie(name: string) {
  return ({ header }: Responses): boolean =>
    header('set-cookie')
      .split(/[,;\n]\s*/)
      .some((part) => part.startsWith(`${name}=`));
}
