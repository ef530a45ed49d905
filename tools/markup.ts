/** Text that is HTML already. */
export class Markup {
  constructor(readonly html: string) {}
}

type Single = Markup | string | number | false | undefined;
type Part = Single | readonly Single[];

/** Template of HTML. Escapes everything that is inserted, except other markup. Omits false and undefined. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.map((text, index) => text + inserted(parts[index])).join(''));
}

function inserted(part: Part): string {
  if (part === undefined || part === false) {
    return '';
  }
  if (part instanceof Markup) {
    return part.html;
  }
  return typeof part === 'object' ? part.map(inserted).join('') : escaped(`${part}`);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
