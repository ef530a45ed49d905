import { renewed, taskCredentials } from '../../service/task-credentials';
import { type LoopbackServer, serveOnLoopback } from '../support/embedded/http';

const MINUTE = 60_000;
const environment = process.env;
afterEach(() => {
  process.env = environment;
});

/** Numbered credentials that expire one hour after the call. */
function numbered(clock: { now: number }) {
  let count = 0;
  return async () => {
    count += 1;
    return { accessKeyId: `${count}`, secretAccessKey: 's', expiration: new Date(clock.now + 60 * MINUTE) };
  };
}

it('credentials are cached until five minutes before they expire', async () => {
  const clock = { now: 0 };
  const credentials = renewed(numbered(clock), () => clock.now);
  const keys: string[] = [];
  for (const minute of [0, 30, 54, 55, 56]) {
    clock.now = minute * MINUTE;
    keys.push((await credentials()).accessKeyId);
  }
  expect(keys).toEqual(['1', '1', '1', '2', '2']);
});

it('concurrent calls share one renewal of credentials', async () => {
  const clock = { now: 0 };
  const credentials = renewed(numbered(clock), () => clock.now);
  const all = await Promise.all([credentials(), credentials(), credentials()]);
  expect(all.map(({ accessKeyId }) => accessKeyId)).toEqual(['1', '1', '1']);
});

it('credentials are requested again after a failure', async () => {
  const answers = [new Error('not now'), { accessKeyId: 'a', secretAccessKey: 's' }];
  const credentials = renewed(
    async () => {
      const answer = answers.shift();
      if (!answer || answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    () => 0,
  );
  await expect(credentials()).rejects.toThrow('not now');
  expect(await credentials()).toMatchObject({ accessKeyId: 'a' });
});

describe('the credentials of a task', () => {
  let ecs: LoopbackServer;
  let authorizations: (string | undefined)[];
  beforeEach(async () => {
    authorizations = [];
    ecs = await serveOnLoopback((request, response) => {
      authorizations.push(request.headers.authorization);
      const Expiration = new Date(Date.now() + 6 * 60 * MINUTE).toISOString();
      response.end(JSON.stringify({ AccessKeyId: 'ASIA', SecretAccessKey: 'secret', Token: 'token', Expiration }));
    });
    process.env = { PATH: environment.PATH, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${ecs.endpoint}/role` };
  });
  afterEach(() => ecs.close());

  it('come from the ECS credentials endpoint', async () => {
    process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN = 'secret token';
    const credentials = taskCredentials();
    const given = { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' };
    expect(await credentials()).toMatchObject(given);
    expect(await credentials()).toMatchObject(given);
    expect(authorizations).toEqual(['secret token']);
  });

  it('come from the environment if it has credentials', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' });
    expect(await taskCredentials()()).toMatchObject({ accessKeyId: 'a' });
    expect(authorizations).toEqual([]);
  });

  it('cause an error at start if the variable of the endpoint is empty', () => {
    process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = '';
    expect(taskCredentials).toThrow(/AWS_CONTAINER_CREDENTIALS_FULL_URI/);
  });
});
