import fc from 'fast-check';
import { cdk } from '../../support/example-project';
import { readSettings, type Settings, stackNameOf } from '../../../lib/settings/settings';

const stages = cdk.context.twinlane;

describe('The settings in the repository', () => {
  test.each([
    ['dev', stages.dev],
    ['servers', stages.servers],
    ['gateway', stages.gateway],
    ['prod', stages.prod],
  ])('are valid for %s, and are read as they stand', (stage, block) => {
    expect(readSettings(stages, stage)).toEqual({ settings: { stage, ...block } });
  });

  test('are those of dev by default', () => {
    expect(readSettings(stages, undefined)).toEqual(readSettings(stages, 'dev'));
  });

  test('allow http origins in dev only', () => {
    expect(stages.prod.allowedOrigins.filter((origin) => origin.startsWith('http:'))).toEqual([]);
  });
});

describe('A stage', () => {
  test.each(['prd', '', 7, true, 'constructor', '__proto__'])(
    'that does not exist is reported with those that do: %p',
    (stage) => {
      expect(readSettings(stages, stage)).toEqual({
        problems: [
          {
            path: 'stage',
            value: stage,
            rule: 'must be one of the stages in cdk.json (dev, servers, gateway, prod)',
            fix: expect.stringMatching(/^use -c stage=(dev|servers|gateway|prod)$/),
          },
        ],
      });
    },
  );

  test('that does not exist is reported with the one that was probably meant', () => {
    expect(readSettings(stages, 'prd')).toHaveProperty('problems.0.fix', 'use -c stage=prod');
  });

  test('must be named if there is no stage dev', () => {
    expect(readSettings({ prod: stages.prod }, undefined)).toHaveProperty('problems.0.fix', 'use -c stage=prod');
  });

  test('must have a name that is valid in the name of a stack', () => {
    expect(readSettings({ my_stage: stages.dev, prod: stages.prod }, 'prod')).toEqual({
      problems: [expect.objectContaining({ path: 'twinlane.my_stage', fix: expect.stringContaining('rename') })],
    });
  });

  test('must have a name that leaves the name of the stack within 128 characters', () => {
    const [longest, tooLong] = [119, 120].map((length) => 'x'.repeat(length));
    expect(readSettings({ [`${longest}`]: stages.dev }, longest)).toHaveProperty('settings.stage', longest);
    expect(stackNameOf({ ...stages.dev, stage: `${longest}` } as Settings)).toHaveLength(128);
    expect(readSettings({ [`${tooLong}`]: stages.dev }, tooLong)).toEqual({
      problems: [
        {
          path: `twinlane.${tooLong}`,
          value: 120,
          rule: 'must have a name of at most 119 characters, because the name of its stack has at most 128',
          fix: `use a shorter name, such as "${'x'.repeat(20)}"`,
        },
      ],
    });
  });

  test('must be a block', () => {
    expect(readSettings({ ...stages, dev: null }, 'dev')).toEqual({
      problems: [expect.objectContaining({ path: 'twinlane.dev', value: null, rule: 'must be a block of settings' })],
    });
  });

  test('is validated even if another one is selected', () => {
    const prod = { ...stages.prod, region: 'us-east-9' };
    expect(readSettings({ ...stages, prod }, 'dev')).toEqual({
      problems: [expect.objectContaining({ path: 'twinlane.prod.region', value: 'us-east-9' })],
    });
  });
});

describe('The context', () => {
  test.each([undefined, null, 'dev', [], {}])('must contain stages: %j does not', (context) => {
    expect(readSettings(context, 'dev')).toEqual({
      problems: [
        {
          path: 'twinlane',
          value: context,
          rule: 'must have a block of settings for each stage',
          fix: expect.stringContaining('add "twinlane": { "dev": { ... } }'),
        },
      ],
    });
  });

  test('can be any JSON, like the stage: problems are reported, and no error is thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (context, stage) => {
        expect(readSettings(context, stage)).toHaveProperty('problems.0.path');
      }),
    );
  });

  test('has all its problems reported together: values, combinations of values, and the stage', () => {
    const dev = {
      ...stages.dev,
      removalPolicy: 'keep',
      hosts: { http: 'api.example.org', websocket: 'ws.dev.example.com' },
    };
    const prod = { ...stages.prod, capacity: { ...stages.prod.capacity, https: {} } };
    expect(readSettings({ dev, prod }, 'test')).toEqual({
      problems: [
        expect.objectContaining({ path: 'stage' }),
        expect.objectContaining({ path: 'twinlane.dev.removalPolicy' }),
        expect.objectContaining({ path: 'twinlane.dev.hosts.http' }),
        expect.objectContaining({ path: 'twinlane.prod.capacity.https' }),
      ],
    });
  });
});
