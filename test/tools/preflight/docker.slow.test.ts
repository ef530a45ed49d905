import { docker } from '../../../tools/preflight/docker';

describe('Docker', () => {
  afterEach(() => jest.restoreAllMocks());

  const run = (program: string) => {
    jest.replaceProperty(process, 'env', { ...process.env, CDK_DOCKER: program });
    return docker();
  };

  it('responds if the program of CDK_DOCKER prints its version', async () => {
    expect(await run('/bin/true')).toBeUndefined();
  });

  it('does not respond if the program fails or does not exist', async () => {
    expect(await run('/bin/false')).toContain('/bin/false');
    expect(await run('/nowhere/docker')).toBe('/nowhere/docker is not installed');
  });
});
