import { randomBytes } from 'node:crypto';

/** @returns an id of a connection, request or message in API Gateway's form: 15 characters and `=`, 11 bytes in all */
export function newId(): string {
  return randomBytes(11).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** @returns true if the text has the form of API Gateway's connection ids */
export function isId(text: string): boolean {
  return /^[\w-]{15}=$/.test(text);
}
