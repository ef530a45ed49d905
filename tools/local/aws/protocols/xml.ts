const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/**
 * Writes an element.
 *
 * @param content an object becomes child elements, a list one element for each item, and undefined no element
 * @param namespace value of `xmlns`
 */
export function xmlOf(name: string, content: unknown, namespace?: string): string {
  if (content === undefined || content === null) {
    return '';
  }
  if (Array.isArray(content)) {
    return content.map((item) => xmlOf(name, item)).join('');
  }
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([key, value]) => xmlOf(key, value))
          .join('')
      : String(content).replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? '');
  return `<${name}${namespace === undefined ? '' : ` xmlns="${namespace}"`}>${inner}</${name}>`;
}
