/** Software that the responses show. It words the fix, and never decides on a cause. */
export interface Framework {
  /** `FastAPI`, `Express` */
  readonly name?: Name;
  /** `uvicorn`, `gunicorn` */
  readonly server?: Server;
}

/** `FastAPI on uvicorn`; empty for unknown software */
export function nameOfSoftware({ name, server }: Framework = {}): string {
  return [name, server].filter((each) => each !== undefined).join(' on ');
}

export const FRAMEWORKS = [
  'FastAPI',
  'Flask',
  'Django',
  'Express',
  'NestJS',
  'Fastify',
  'Next.js',
  'Rails',
  'Spring',
  'ASP.NET',
  'Laravel',
  'PHP',
  'Go',
  'Twinlane',
] as const;
export type Name = (typeof FRAMEWORKS)[number];

export const SERVERS = [
  'uvicorn',
  'gunicorn',
  'gunicorn sync worker',
  'Werkzeug',
  'Node.js',
  'Kestrel',
  'runserver',
  'Vite',
] as const;
export type Server = (typeof SERVERS)[number];
