import { CAUSES } from '../../../../tools/probe/diagnosis/cause';
import { fixFor } from '../../../../tools/probe/diagnosis/fixes';
import { type Framework, FRAMEWORKS, SERVERS } from '../../../../tools/probe/diagnosis/framework';

const SOFTWARE: readonly Framework[] = [
  ...FRAMEWORKS.map((name) => ({ name })),
  ...SERVERS.map((server) => ({ server })),
];

/** Sentences end with a period or a colon and a space. Code can contain both. */
function sentences(text: string): string[] {
  return text.replaceAll(/`[^`]*`/g, (code) => 'x'.repeat(code.length)).split(/(?<=[.:]) /);
}

test.each(CAUSES)('the cause %s has a fix for any software, in sentences of less than 200 characters', (cause) => {
  for (const framework of [undefined, ...SOFTWARE]) {
    const fix = fixFor(cause, framework);
    expect(fix).toMatch(/^[A-Z].*\.$/);
    expect(fix).not.toContain('\n');
    expect(sentences(fix).filter((sentence) => sentence.length >= 200)).toEqual([]);
    expect(fix.startsWith(fixFor(cause, undefined))).toBe(true);
  }
});

test.each(SOFTWARE)('%o has the name of a setting for at least one cause', (software) => {
  expect(CAUSES.filter((cause) => fixFor(cause, software) !== fixFor(cause, undefined))).not.toEqual([]);
});

test.each<[string, Framework, string]>([
  ['preflight', { name: 'FastAPI', server: 'uvicorn' }, 'CORSMiddleware(max_age=7200)'],
  ['preflight', { name: 'Express', server: 'Node.js' }, 'cors({ maxAge: 7200 })'],
  ['cold-process', { name: 'FastAPI', server: 'uvicorn' }, 'lifespan'],
  ['cold-process', { name: 'Spring' }, 'spring.mvc.servlet.load-on-startup=1'],
  ['connection-closed', { name: 'FastAPI', server: 'uvicorn' }, '--timeout-keep-alive 65'],
  ['connection-closed', { name: 'Express', server: 'Node.js' }, 'server.keepAliveTimeout'],
  ['connection-closed', { name: 'Flask', server: 'gunicorn sync worker' }, 'sync worker closes every connection'],
  ['connection-holds-worker', { name: 'Flask', server: 'gunicorn' }, '-k gevent'],
  ['address-family', { server: 'gunicorn' }, '-b 127.0.0.1:8000 -b [::1]:8000'],
] as const)('the fix of %s for %o names %s', (cause, framework, setting) => {
  expect(fixFor(cause as (typeof CAUSES)[number], framework)).toContain(setting);
});

test('the setting of the framework comes before the one of its server', () => {
  const fix = fixFor('cold-process', { name: 'Flask', server: 'gunicorn' });
  expect(fix).toMatch(/Flask: .* gunicorn: /);
});
