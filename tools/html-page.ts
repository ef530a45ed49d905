import { Markup, markup } from './markup';

/** Content of a page. */
interface Content {
  readonly title: string;
  /** CSS of the page. */
  readonly style: string;
  /** Content of the element `main`. */
  readonly main: Markup;
}

/** Renders a web page that needs no other file and no network. The page contains no script, and refuses to run one. */
export function htmlPage({ title, style, main }: Content): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`.html;
}

export function section(heading: string, content: Markup): Markup {
  return markup`<section><h2>${heading}</h2>
${content}
</section>`;
}

/** List of names and values. Omits names without a value. */
export function facts(known: readonly (readonly [name: string, value: string | undefined])[]): Markup {
  return markup`<dl class="facts">${known.map(([name, value]) => value !== undefined && markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
