import type { Assembly } from './assembly';
import { Unresolved } from './intrinsics';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/**
 * The variables of a container that have their values in Parameter Store and Secrets Manager. A variable whose value is not known is
 * listed and left out.
 *
 * @param secrets - the property `Secrets` of the container definition
 */
export function secretVariablesOf(
  secrets: Property,
  definition: Resource,
  assembly: Assembly,
  notEmulated: NotEmulated,
): Record<string, string> {
  const variables = secrets.items().flatMap((secret): [string, string][] => {
    const name = secret.at('Name').text();
    try {
      return [[name, valueFrom(secret.at('ValueFrom').text(), definition, assembly)]];
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      const meaning = `The container starts without this variable: ${error.message}`;
      notEmulated.add(`Secrets of containers (${name})`, definition.logicalId, meaning);
      return [];
    }
  });
  return Object.fromEntries(variables);
}

/** @param reference - name or ARN of a parameter; ARN of a secret, then `:KEY:STAGE:VERSION`, of which each can be empty */
function valueFrom(reference: string, { artifact }: Resource, assembly: Assembly): string {
  const parts = reference.split(':');
  if (!reference.startsWith('arn:')) return assembly.ssmParameter(reference, artifact);
  const [, , service, region = '', accountId = ''] = parts;
  const place = { region, accountId };
  if (service === 'secretsmanager') {
    return assembly.secretText({ secretId: parts.slice(0, 7).join(':'), jsonKey: parts[7] ?? '' }, place);
  }
  const name = parts
    .slice(5)
    .join(':')
    .replace(/^parameter\//, '');
  // The ARN does not say if a single level begins with a slash.
  return name.includes('/') ? assembly.ssmParameter(`/${name}`, place) : assembly.ssmParameter(name, place, `/${name}`);
}
