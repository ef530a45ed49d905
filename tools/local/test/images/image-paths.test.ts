import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandHere } from '../../images/container-command';
import { ImagePaths } from '../../images/image-paths';
import { emptyDirectory } from '../assembly/assembly-directory';

let root: string;
let paths: ImagePaths;

beforeEach(() => {
  root = emptyDirectory();
  mkdirSync(join(root, 'app'));
  mkdirSync(join(root, 'opt/tool'), { recursive: true });
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
  paths = new ImagePaths(root, '/app');
});

test.each([
  ['cp -r /app/dist /opt/tool', 'cp -r ROOT/app/dist ROOT/opt/tool'],
  ['rm -rf /tmp/* /root/.npm', 'rm -rf ROOT/tmp/* ROOT/root/.npm'],
  ['rm -rf /*', 'rm -rf ROOT/*'],
  ['mkdir -p /data/db && cd /', 'mkdir -p ROOT/data/db && cd ROOT/'],
  ['rm -rf /usr/local/lib/node_modules/npm', 'rm -rf ROOT/usr/local/lib/node_modules/npm'],
  ['npm ci --prefix=/app', 'npm ci --prefix=ROOT/app'],
  ['npm run build -- --base=/docs/', 'npm run build -- --base=/docs/'],
  ['/usr/local/bin/node build.js > /dev/null', 'node build.js > /dev/null'],
  ['/bin/sh ./build.sh', '/bin/sh ./build.sh'],
  ['curl https://example.com/a/b', 'curl https://example.com/a/b'],
  ['sed -i s/a/b/ src/a.js $HOME/x', 'sed -i s/a/b/ src/a.js $HOME/x'],
  ['echo "/app/x:/app/y"', 'echo "ROOT/app/x:ROOT/app/y"'],
])('the build command %s changes only files of the image', (text, expected) => {
  expect(paths.inBuild(text)).toBe(expected.replaceAll('ROOT', root));
});

test('folders of package managers are in the image while it is built, other variables only if the path exists', () => {
  const environment = { PNPM_HOME: '/pnpm', TOOL: '/opt/tool', BASE: '/api', NODE_PATH: '/app/lib:/usr/lib' };
  expect(paths.inBuildEnvironment(environment)).toEqual({
    PNPM_HOME: join(root, 'pnpm'),
    TOOL: join(root, 'opt/tool'),
    BASE: '/api',
    NODE_PATH: `${join(root, 'app/lib')}:/usr/lib`,
  });
});

test('programs of the image are found in its PATH and where npm installs them', () => {
  expect(paths.programs('/app/bin:/usr/local/bin:/usr/bin:/bin')).toEqual([
    join(root, 'app/bin'),
    join(root, 'usr/local/bin'),
  ]);
});

test.each([
  [
    ['node', '/app/server.js'],
    ['node', 'ROOT/app/server.js'],
  ],
  [
    ['node', '--require=/app/a.js', '/api'],
    ['node', '--require=ROOT/app/a.js', '/api'],
  ],
  [
    ['/bin/sh', '-c', 'node /app/server.js /api'],
    ['/bin/sh', '-c', 'node ROOT/app/server.js /api'],
  ],
  [
    ['/usr/local/bin/node', 'a.js'],
    ['node', 'a.js'],
  ],
  [
    ['server.js', '--port', '80'],
    ['node', 'server.js', '--port', '80'],
  ],
  [
    ['--enable-source-maps', 'server.js'],
    ['node', '--enable-source-maps', 'server.js'],
  ],
  [
    ['/sbin/tini', '--', 'node', 'a.js'],
    ['node', 'a.js'],
  ],
  [
    ['dumb-init', 'node', 'a.js'],
    ['node', 'a.js'],
  ],
  [
    ['docker-entrypoint.sh', 'node', 'a.js'],
    ['node', 'a.js'],
  ],
  [
    ['npm', 'start'],
    ['npm', 'start'],
  ],
])('the command %j runs as %j', (command, expected) => {
  expect(commandHere(command, paths)).toEqual(expected.map((word) => word.replace('ROOT', root)));
});

test('an entry point script of the image is kept', () => {
  writeFileSync(join(root, 'usr/local/bin/docker-entrypoint.sh'), '');
  expect(commandHere(['docker-entrypoint.sh', 'node'], paths)).toEqual(['docker-entrypoint.sh', 'node']);
});
