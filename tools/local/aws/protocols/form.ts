/** A value of a form: text, a list, or values by name. */
export type FormValue = string | readonly FormValue[] | { readonly [name: string]: FormValue };

interface Branch {
  [name: string]: Branch | string;
}

/**
 * Reads the parameters of the query protocol, whose names are paths: `Entry.1.Id=a` is `{ Entry: [{ Id: 'a' }] }`. A part with only numbers
 * as names is a list, in the order of the numbers.
 */
export function formOf(parameters: Iterable<readonly [name: string, value: string]>): Record<string, FormValue> {
  const root = branch();
  for (const [path, value] of parameters) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let place = root;
    for (const name of names) {
      const next = place[name];
      place = typeof next === 'object' ? next : (place[name] = branch());
    }
    place[last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: Branch | string): FormValue {
  if (typeof value === 'string') {
    return value;
  }
  // Names that are whole numbers come first, in ascending order.
  const entries = Object.entries(value).map(([name, one]): [string, FormValue] => [name, valueOf(one)]);
  const isList = entries.every(([name]) => /^\d+$/.test(name));
  return isList ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

/** Without a prototype, so that a name such as `__proto__` is like any other. */
function branch(): Branch {
  return Object.create(null);
}
