import { html } from 'hono/html';
import { ERRORS } from '../lambda/realtime/server-frame-schemas';
import { type asyncApi, CLOSE_CODES, LIMITS } from './asyncapi';
import { EXAMPLES } from './frame-examples';
import { ANSWERS, CLIENT_MESSAGES, SERVER_MESSAGES } from './frame-messages';

type Markup = ReturnType<typeof html>;

/** The keywords of a schema that the page shows. */
interface Shown {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Shown>>;
  readonly required?: readonly string[];
  readonly items?: Shown;
  readonly additionalProperties?: Shown | false;
  readonly oneOf?: readonly Shown[];
}

export const WEBSOCKET_STYLES = `:root {
  color-scheme: light dark;
  --text: #1b1f24; --page: #fff; --muted: #57606a; --panel: #f3f5f7; --line: #d0d7de; --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --page: #0d1117; --muted: #9ba6b1; --panel: #161b22; --line: #30363d; --link: #79b8ff; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 52rem; padding: 1rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
a { color: var(--link); }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin-top: 2rem; }
code, pre { font: 0.9em ui-monospace, monospace; }
pre { background: var(--panel); padding: 0.75rem; overflow-x: auto; overflow-wrap: normal; }
dt { font-weight: 600; margin-top: 0.5rem; }
dt span { font-weight: 400; color: var(--muted); }
dd { margin-left: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.4rem 0.5rem 0.4rem 0; text-align: left; vertical-align: top; }
`;

/** @returns the URL of a server: `wss://ws.example.com` */
function urlOf({ protocol, host, pathname = '' }: { protocol: string; host: string; pathname?: string }): string {
  return `${protocol}://${host}${pathname}`;
}

/** Renders the AsyncAPI document as a page that needs no scripts. */
export function webSocketPage({ info, servers, channels }: ReturnType<typeof asyncApi>): Markup {
  const { headers } = channels.connection.bindings.ws;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/websocket.css" />
      </head>
      <body>
        <header>
          <h1>${info.title}</h1>
          <nav aria-label="Documents">
            <a href="/docs">HTTP API</a> · <a href="/asyncapi.json">AsyncAPI document</a>
          </nav>
        </header>
        <main>
          <p>${prose(info.description)}</p>
          <nav aria-label="Contents">
            <ul>
              ${[...SECTIONS].map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
          ${heading('connecting')} ${servers ? html`<p>Server: <code>${urlOf(servers.webSocket)}</code></p>` : ''}
          <p>Headers of the handshake:</p>
          ${fields(headers)} ${heading('client-frames')}
          ${Object.entries(CLIENT_MESSAGES).map(([name, schema]) => clientFrame(name as keyof typeof ANSWERS, schema))}
          ${heading('server-frames')}
          ${Object.entries(SERVER_MESSAGES).map(([name, schema]) => frame(name as keyof typeof EXAMPLES, schema))}
          ${heading('error-codes')}
          <p>Values of <code>code</code>. HTTP responses have the same codes, as the end of <code>type</code>.</p>
          ${definitions(Object.entries(ERRORS))} ${heading('close-codes')} ${definitions(Object.entries(CLOSE_CODES))}
          ${heading('limits')}
          <table>
            <thead>
              <tr>
                <th scope="col">Limit</th>
                <th scope="col">Value</th>
                <th scope="col">If exceeded</th>
              </tr>
            </thead>
            <tbody>
              ${LIMITS.map(
                ([limit, value, exceeded]) =>
                  html`<tr>
                    <th scope="row">${limit}</th>
                    <td>${value}</td>
                    <td>${exceeded}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </main>
      </body>
    </html> `;
}

const SECTIONS = new Map([
  ['connecting', 'Connecting'],
  ['client-frames', 'Client frames'],
  ['server-frames', 'Server frames'],
  ['error-codes', 'Error codes'],
  ['close-codes', 'Close codes'],
  ['limits', 'Limits'],
]);

const heading = (id: string): Markup => html`<h2 id="${id}">${SECTIONS.get(id)}</h2>`;

function clientFrame(name: keyof typeof ANSWERS, schema: Shown): Markup {
  const answer = ANSWERS[name];
  const title = (SERVER_MESSAGES[answer] as Shown).title;
  return html`${frame(name, schema)}
    <p>Answer: <a href="#${answer}">${title}</a>, or <a href="#error">an error frame</a></p>`;
}

function frame(name: keyof typeof EXAMPLES, schema: Shown): Markup {
  const example = JSON.stringify(EXAMPLES[name], null, 2);
  return html`<h3 id="${name}">${capitalized(schema.title)}</h3>
    <p>${prose(schema.description)}</p>
    ${fields(schema)}
    <pre tabindex="0" role="region" aria-label="Example of ${schema.title}"><code>${example}</code></pre>`;
}

/** The keys of an object, with their types and descriptions, and those of the objects in them. */
function fields({ properties = {}, required = [] }: Shown): Markup {
  const items = Object.entries(properties).map(([key, schema]) => {
    const optional = required.includes(key) ? '' : ', optional';
    return html`<dt><code>${key}</code> <span>${typeOf(schema)}${optional}</span></dt>
      <dd>
        ${prose(schema.description)}${inside(schema).map((inner, index) => html`${index > 0 ? 'or' : ''}${fields(inner)}`)}
      </dd>`;
  });
  return html`<dl>${items}</dl>`;
}

/** @returns the objects that an array or an object contains: more than one if they are alternatives */
function inside({ items, additionalProperties }: Shown): readonly Shown[] {
  const inner = items ?? (additionalProperties || {});
  return (inner.oneOf ?? [inner]).filter(({ properties }) => properties);
}

function typeOf({ title, type, const: constant }: Shown): string {
  if (constant !== undefined) {
    return JSON.stringify(constant);
  }
  return title ?? (type === 'integer' ? 'an integer' : `a ${type}`);
}

const definitions = (list: readonly (readonly [string, string])[]): Markup =>
  html`<dl>
    ${list.map(
      ([term, meaning]) =>
        html`<dt id="${term}"><code>${term}</code></dt>
          <dd>${prose(meaning)}</dd>`,
    )}
  </dl>`;

/** Shows the parts of a text between backticks as code. */
const prose = (text = ''): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;

const capitalized = (text = ''): string => text.charAt(0).toUpperCase() + text.slice(1);
