import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BucketBlueprint } from '../../blueprint';
import { BucketFiles } from '../../cloudfront/bucket-files';
import { emptyDirectory } from '../assembly/assembly-directory';
import { PLACE } from '../place';

const MODIFIED = new Date('2026-11-01T12:00:00Z');

function folder(files: Record<string, string>): string {
  const directory = emptyDirectory();
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    utimesSync(path, MODIFIED, MODIFIED);
  }
  return directory;
}

function bucket(given: Partial<BucketBlueprint> = {}): BucketFiles {
  const directory = folder({ 'index.html': '<h1>hello</h1>', 'assets/a b.js': 'export {}', data: 'x' });
  return new BucketFiles({
    ...{ ...PLACE, logicalId: 'Bucket', name: 'bucket', arn: 'arn:aws:s3:::bucket' },
    allowsCloudFront: ['s3:GetObject'],
    deployments: [{ directory, prefix: '', metadata: { 'cache-control': 'no-cache' } }],
    ...given,
  });
}

function headerOf({ headers }: { headers: readonly string[] }, name: string): string | undefined {
  return headers[headers.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name) + 1];
}

test('a file is served with its type, ETag, time and the metadata of the deployment', () => {
  const answer = bucket().answer('GET', '/index.html', {});
  expect(answer).toMatchObject({ status: 200, body: Buffer.from('<h1>hello</h1>') });
  expect(headerOf(answer, 'content-type')).toBe('text/html');
  expect(headerOf(answer, 'etag')).toBe('"a01618fc9b714c0e530f525e1bd6b123"');
  expect(headerOf(answer, 'last-modified')).toBe(MODIFIED.toUTCString());
  expect(headerOf(answer, 'cache-control')).toBe('no-cache');
});

test('a path is decoded', () => {
  expect(bucket().answer('GET', '/assets/a%20b.js', {})).toMatchObject({ status: 200 });
});

test('a file without a known type is served as binary data', () => {
  expect(headerOf(bucket().answer('GET', '/data', {}), 'content-type')).toBe('binary/octet-stream');
});

test.each(['/missing', '/', '/assets', '/assets/', '/INDEX.HTML', '/%ff', '//index.html'])(
  'the bucket answers %s, which is no file, with 403',
  (path) => {
    expect(bucket().answer('GET', path, {})).toMatchObject({ status: 403 });
  },
);

test('a missing file is a 404 if the bucket policy allows CloudFront to list the bucket', () => {
  const files = bucket({ allowsCloudFront: ['s3:GetObject', 's3:ListBucket'] });
  expect(files.answer('GET', '/missing', {})).toMatchObject({ status: 404 });
});

test('a bucket whose policy does not allow CloudFront to read answers with 403', () => {
  expect(bucket({ allowsCloudFront: [] }).answer('GET', '/index.html', {})).toMatchObject({ status: 403 });
});

test.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/link'])(
  'no path reaches a file outside the folder: %s',
  (path) => {
    const directory = folder({ 'public/a.txt': 'a', secret: 'secret' });
    symlinkSync(join(directory, 'secret'), join(directory, 'public/link'));
    const files = bucket({ deployments: [{ directory: join(directory, 'public'), prefix: '', metadata: {} }] });
    expect(files.answer('GET', '/a.txt', {})).toMatchObject({ status: 200 });
    expect(files.answer('GET', path, {})).toMatchObject({ status: 403 });
  },
);

test('a bucket does not accept writes', () => {
  expect(bucket().answer('PUT', '/index.html', {})).toMatchObject({ status: 403 });
});

test.each([
  ['the ETag of the file', (etag: string) => ({ 'if-none-match': `"other", W/${etag}` }), 304],
  ['any ETag', () => ({ 'if-none-match': '*' }), 304],
  ['another ETag', () => ({ 'if-none-match': '"other"' }), 200],
  [
    'another ETag and the time of the file',
    () => ({ 'if-none-match': '"other"', 'if-modified-since': MODIFIED.toUTCString() }),
    200,
  ],
  ['the time of the file', () => ({ 'if-modified-since': MODIFIED.toUTCString() }), 304],
  ['an earlier time', () => ({ 'if-modified-since': new Date(0).toUTCString() }), 200],
  ['a time that is not valid', () => ({ 'if-modified-since': 'yesterday' }), 200],
] as const)('a request with %s has the right status', (_, headers, status) => {
  const files = bucket();
  const etag = headerOf(files.answer('GET', '/index.html', {}), 'etag') ?? '';
  expect(files.answer('GET', '/index.html', headers(etag)).status).toBe(status);
});

test('files of several deployments are under their prefixes, and the last deployment replaces a file', () => {
  const files = bucket({
    deployments: [
      { directory: folder({ 'a.txt': 'one' }), prefix: '', metadata: {} },
      { directory: folder({ 'a.txt': 'two' }), prefix: 'v2/', metadata: { 'content-type': 'text/markdown' } },
      { directory: folder({ 'a.txt': 'three' }), prefix: '', metadata: {} },
    ],
  });
  expect(String(files.answer('GET', '/a.txt', {}).body)).toBe('three');
  expect(String(files.answer('GET', '/v2/a.txt', {}).body)).toBe('two');
  expect(headerOf(files.answer('GET', '/v2/a.txt', {}), 'content-type')).toBe('text/markdown');
});
