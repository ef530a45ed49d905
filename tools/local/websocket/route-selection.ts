import type { WebSocketRouteBlueprint } from '../blueprint';

/** A part of an expression: text, or a path into the frame. */
type Part = { readonly text: string } | { readonly path: readonly string[] };

const BODY = /\$request\.body((?:\.[\w-]+)+)|\$\{request\.body((?:\.[\w-]+)+)\}|\\\$/g;

/**
 * Compiles a route selection expression: `$request.body.action`, `${request.body.a}/${request.body.b}`, or a constant such as
 * `\$default`. Throws for any other variable: API Gateway selects routes only by the body.
 *
 * @returns a function that computes the route key of a frame; undefined for a frame that is not JSON
 */
export function routeKeyOf(expression: string): (frame: string) => string | undefined {
  const parts = partsOf(expression);
  if (parts.every((part) => 'text' in part)) {
    const constant = parts.map((part) => part.text).join('');
    return () => constant;
  }
  return (frame) => {
    let body: unknown;
    try {
      body = JSON.parse(frame);
    } catch {
      return undefined;
    }
    return parts.map((part) => ('text' in part ? part.text : valueAt(body, part.path))).join('');
  };
}

/**
 * @returns a function that selects the route of a frame: the route whose key equals the value of the expression, otherwise
 * `$default`, otherwise undefined. `$connect` and `$disconnect` are not routes for frames.
 */
export function routeSelection(
  expression: string,
  routes: readonly WebSocketRouteBlueprint[],
): (frame: string) => WebSocketRouteBlueprint | undefined {
  const keyOf = routeKeyOf(expression);
  const byKey = new Map(
    routes
      .filter(({ routeKey }) => routeKey !== '$connect' && routeKey !== '$disconnect')
      .map((route) => [route.routeKey, route]),
  );
  return (frame) => {
    const key = keyOf(frame);
    return (key === undefined ? undefined : byKey.get(key)) ?? byKey.get('$default');
  };
}

function partsOf(expression: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of expression.matchAll(BODY)) {
    parts.push({ text: literal(expression, expression.slice(end, match.index)) });
    const path = match[1] ?? match[2];
    parts.push(path === undefined ? { text: '$' } : { path: path.slice(1).split('.') });
    end = match.index + match[0].length;
  }
  parts.push({ text: literal(expression, expression.slice(end)) });
  return parts;
}

function literal(expression: string, text: string): string {
  if (text.includes('$')) {
    throw new Error(
      `A route selection expression can contain only variables of the form $request.body.PATH, ` +
        `got ${JSON.stringify(expression)}. Fix: write \\$ for a dollar sign.`,
    );
  }
  return text;
}

/** The value at a path: "" for a path that does not exist [D]; JSON for a value that is not text [U]. */
function valueAt(body: unknown, path: readonly string[]): string {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return '';
    }
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
