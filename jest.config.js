/** Tests are transformed by swc (TypeScript 7 has no JavaScript API) and run in random order. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  randomize: true,
  workerIdleMemoryLimit: '1GB',
};
