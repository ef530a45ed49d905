import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { demoPage, writeDemoPage } from '../../../lib/gateway/demo-page';

/** Maximum size of the page in bytes, gzipped. */
const LIMIT = 60 * 1024;

const CONFIGURATION = { http: 'https://api.example.com', websocket: 'wss://ws.example.com' };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  writeDemoPage(folder, CONFIGURATION);
});

test('the page consists of five files and refers to them by relative URLs', () => {
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'index.html', 'main.js', 'storm.worker.js', 'style.css']);
  expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toEqual(CONFIGURATION);
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(html.match(/(?:src|href)="(?!data:)[^"]*"/g)).toEqual([
    'href="config.json"',
    'href="style.css"',
    'src="main.js"',
  ]);
});

test(`the page takes less than ${LIMIT} bytes, gzipped`, () => {
  const bytes = readdirSync(folder).reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
  expect(bytes).toBeGreaterThan(1024);
  expect(bytes).toBeLessThan(LIMIT);
});

test('the page of a gateway reads the URLs of both lanes relative to its own', () => {
  const configuration = readFileSync(join(demoPage(), 'config.json'), 'utf8');
  expect(JSON.parse(configuration)).toEqual({ http: '/', websocket: '/socket' });
});
