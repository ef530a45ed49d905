import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { captures, DOCUMENTS } from './support/documents';

const PROJECT = join(__dirname, '..');

/** Images of all `FROM` instructions, in Dockerfiles and in the Dockerfiles that documents show. */
const images = ['service/Dockerfile', 'service/websocket/Dockerfile', ...DOCUMENTS].flatMap((file) =>
  captures(/^FROM (?:--\S+ )*(\S+)/gm, readFileSync(join(PROJECT, file), 'utf8')).map((image) => ({ file, image })),
);

test('a base image has a digest, so that a build cannot get another image', () => {
  expect(images.map(({ file }) => file)).toEqual([
    'service/Dockerfile',
    'service/websocket/Dockerfile',
    'docs/guides/own-container.md',
  ]);
  expect(images.filter(({ image }) => !/^[\w.-]+(\/[\w.-]+)+:[\w.-]+@sha256:[\da-f]{64}$/.test(image))).toEqual([]);
});

test('both services and the guide for own containers have the same base image', () => {
  expect(new Set(images.map(({ image }) => image)).size).toBe(1);
});
