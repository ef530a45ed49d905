import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { IncomingHttpHeaders } from 'node:http';
import type { BucketBlueprint } from '../blueprint';
import type { Answer } from '../http/listener/answer';

/** Types that the deployment guesses from the names of files. S3 serves other files as `binary/octet-stream`. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'text/xml',
};

interface StoredObject {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The objects of a bucket, as S3 serves them to a distribution with origin access control. */
export class BucketFiles {
  /** By key. Only these exist, so that a path cannot reach other files. */
  private readonly objects: ReadonlyMap<string, StoredObject>;

  constructor(private readonly bucket: BucketBlueprint) {
    this.objects = new Map(
      bucket.deployments.flatMap(({ directory, prefix, metadata }) =>
        filesIn(directory).map((path): [string, StoredObject] => [
          `${prefix}${relative(directory, path).split(sep).join('/')}`,
          { path, metadata },
        ]),
      ),
    );
  }

  /**
   * @param path - path of the request with the default root object, without the query: `/main.js`
   * @param headers - the conditional headers of the request
   */
  answer(
    method: string,
    path: string,
    headers: Pick<IncomingHttpHeaders, 'if-none-match' | 'if-modified-since'>,
  ): Answer {
    const { allowsCloudFront } = this.bucket;
    const object = this.objects.get(keyOf(path));
    if ((method !== 'GET' && method !== 'HEAD') || !allows(allowsCloudFront, 's3:GetObject')) {
      return failure(403, 'AccessDenied');
    }
    if (!object) {
      // Without the permission to list the bucket, its reader does not learn which objects exist.
      return allows(allowsCloudFront, 's3:ListBucket') ? failure(404, 'NoSuchKey') : failure(403, 'AccessDenied');
    }
    const body = readFileSync(object.path);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const modified = new Date(Math.floor(statSync(object.path).mtimeMs / 1000) * 1000);
    const validators = ['ETag', etag, 'Last-Modified', modified.toUTCString(), 'Server', 'AmazonS3'];
    const { 'content-type': type = TYPES[extname(object.path)] ?? 'binary/octet-stream', ...metadata } =
      object.metadata;
    const stored = [...validators, ...Object.entries(metadata).flat()];
    return isCurrent(headers, etag, modified)
      ? { status: 304, reason: 'Not Modified', headers: stored, body: '' }
      : { status: 200, reason: 'OK', headers: [...stored, 'Content-Type', type], body };
  }
}

/** `If-None-Match` decides if it is there. RFC 9110, 13.2.2. */
function isCurrent(
  headers: Pick<IncomingHttpHeaders, 'if-none-match' | 'if-modified-since'>,
  etag: string,
  modified: Date,
): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    return known.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && modified.getTime() <= since;
}

function allows(actions: readonly string[], action: string): boolean {
  return actions.some(
    (one) => one === action || one === 's3:*' || one === '*' || (one === 's3:Get*' && action === 's3:GetObject'),
  );
}

/** @returns the key that a path names; '' for a path that is not valid, which is no key */
function keyOf(path: string): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return '';
  }
}

function failure(status: number, code: string): Answer {
  return {
    status,
    reason: status === 404 ? 'Not Found' : 'Forbidden',
    headers: ['Server', 'AmazonS3', 'Content-Type', 'application/xml'],
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
  };
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}
