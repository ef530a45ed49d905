import { mkdirSync, readdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImageCache } from '../../images/image-cache';
import { emptyDirectory } from '../assembly/assembly-directory';

const DAY = 24 * 60 * 60 * 1000;

function cacheWithFolder(): { cache: ImageCache; images: string } {
  const folder = emptyDirectory();
  const cache = new ImageCache(folder);
  return { cache, images: realpathSync(join(folder, 'images')) };
}

test('a stage is found by its key only when it is complete', () => {
  const { cache } = cacheWithFolder();
  const root = cache.create();
  writeFileSync(join(root, 'file'), '');
  expect(cache.find('key')).toBeUndefined();
  cache.keep('key', root);
  expect(cache.find('key')).toBe(root);
});

test('of two builds of the same stage, the last one is found', () => {
  const { cache } = cacheWithFolder();
  cache.keep('key', cache.create());
  const last = cache.create();
  cache.keep('key', last);
  expect(cache.find('key')).toBe(last);
});

test('stages that were not used for a day are removed, except the 30 last used ones', () => {
  const { cache, images } = cacheWithFolder();
  const now = Date.now();
  for (let n = 0; n < 33; n += 1) {
    const root = cache.create();
    cache.keep(`key${n}`, root);
    const used = new Date(now - DAY - n * 1000);
    utimesSync(root, used, used);
  }
  // An interrupted build.
  mkdirSync(join(images, 'interrupted'));
  utimesSync(join(images, 'interrupted'), 0, 0);
  cache.find('key32');
  cache.prune(now + 1000);
  expect(cache.find('key32')).toBeDefined();
  expect(cache.find('key28')).toBeDefined();
  expect(cache.find('key29')).toBeUndefined();
  expect(readdirSync(images).length).toBe(60);
});
