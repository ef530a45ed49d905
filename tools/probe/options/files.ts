import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { CommandError } from '../../cli';

/** Reads certificates. @throws {CommandError} if there are none */
export function readCertificates(file: string): string {
  const text = readText('--cacert', file);
  try {
    createSecureContext({ ca: text });
  } catch (error) {
    throw new CommandError(
      `The file of --cacert is not PEM: ${file}. Fix: pass the file that begins with -----BEGIN CERTIFICATE-----.`,
      {
        cause: error,
      },
    );
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CommandError(
      `The file of --cacert has no certificate: ${file}. Fix: pass the file that begins with -----BEGIN CERTIFICATE-----.`,
    );
  }
  return text;
}

/** Text of the option, or of the file that it names: `@order.json`. @throws {CommandError} if there is no such text file */
export function textOrFile(option: string, value: string): string {
  return value.startsWith('@') ? readText(option, value.slice(1)) : value;
}

function readText(option: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new CommandError(`The file of ${option} cannot be read: ${(error as Error).message}. Fix: check the path.`, {
      cause: error,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CommandError(`The file of ${option} is not UTF-8 text: ${file}. Fix: pass a text file.`, {
      cause: error,
    });
  }
}

/** Checks that the file can be created or replaced, before anything is measured. @throws {CommandError} if not */
export function checkWritable(file: string): void {
  try {
    const exists = statSync(file, { throwIfNoEntry: false });
    if (exists?.isDirectory()) {
      throw new Error(`it is a folder, '${file}'`);
    }
    accessSync(exists ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw new CommandError(
      `The file of --html cannot be written: ${(error as Error).message}. Fix: use a path in a folder that exists and that you can write to.`,
      { cause: error },
    );
  }
}
