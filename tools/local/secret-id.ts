/** The account and Region that a call or a reference is for. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** A secret, as far as its identifiers. */
export interface IdentifiedSecret {
  readonly name: string;
  /** Undefined if only its name is known, so that any ARN with this name is its ARN. */
  readonly arn?: string;
  /** Undefined for a secret that exists in every Region and account. */
  readonly region?: string;
  readonly accountId?: string;
}

/** Secrets Manager appends a hyphen and six characters to the name in an ARN. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;

/**
 * @param secretId - a name, an ARN, or an ARN without its suffix
 * @param place - of the caller, for a name
 * @returns true if the identifier is one of the secret
 */
export function identifies(secretId: string, secret: IdentifiedSecret, place: Place): boolean {
  const { name, placeOfId, complete } = partsOf(secretId, place);
  const { region = placeOfId.region, accountId = placeOfId.accountId, arn } = secret;
  if (region !== placeOfId.region || accountId !== placeOfId.accountId) return false;
  if (arn !== undefined && secretId.startsWith('arn:')) return secretId === arn || secretId === arn.replace(SUFFIX, '');
  return name === secret.name || (complete && name.replace(SUFFIX, '') === secret.name);
}

/** @returns the secret that an identifier in the options describes */
export function secretOfId(secretId: string): IdentifiedSecret {
  if (!secretId.startsWith('arn:')) return { name: secretId };
  const { name, placeOfId, complete } = partsOf(secretId, { region: '', accountId: '' });
  return complete ? { name: name.replace(SUFFIX, ''), arn: secretId, ...placeOfId } : { name, ...placeOfId };
}

function partsOf(secretId: string, place: Place): { name: string; placeOfId: Place; complete: boolean } {
  if (!secretId.startsWith('arn:')) return { name: secretId, placeOfId: place, complete: false };
  const [, , , region = '', accountId = '', , ...rest] = secretId.split(':');
  const name = rest.join(':');
  return { name, placeOfId: { region, accountId }, complete: SUFFIX.test(name) };
}
