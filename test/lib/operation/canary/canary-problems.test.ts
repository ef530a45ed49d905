import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import {
  type CfnUserPoolClient,
  type IUserPoolClient,
  OAuthScope,
  UserPool,
  UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Authentication } from '../../../../lib/authentication/authentication';
import { HttpCompute } from '../../../../lib/http-lane/http-compute';
import { Canary } from '../../../../lib/operation/canary/canary';
import { Operation } from '../../../../lib/operation/operation';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { synthesisError, testApp } from '../../synthesized';
import { watchedTwinlane, watchedWebSocketLane } from '../watched-lanes';
import { lanesWithCanary } from './canary-lanes';

const CANARY = '[Test/TwinLane/Operation/Canary]';
const OPERATION = '[Test/TwinLane/Operation]';

/** Each kind of canary, with props that can have any type, as in JavaScript. */
const KINDS = [
  ['a scheduled canary', (props: object) => Canary.scheduled(props)],
  ['a canary of CloudWatch Synthetics', (props: object) => Canary.synthetics(props)],
] as const;

describe.each(KINDS)('synthesis refuses %s', (_, canaryOf) => {
  test.each([
    [Duration.seconds(90), 'Duration.seconds(90)'],
    [Duration.seconds(30), 'Duration.seconds(30)'],
    [Duration.minutes(0), 'Duration.minutes(0)'],
    [Duration.minutes(61), 'Duration.minutes(61)'],
    [Duration.days(1), 'Duration.days(1)'],
  ])('whose time between runs is not 1 to 60 whole minutes: %s', (every, shown) => {
    const error = synthesisError((stack) => lanesWithCanary(stack, canaryOf({ every })));
    expect(error).toContain(
      `${CANARY} every must be whole minutes, 1 to 60, got ${shown}. Fix: use Duration.minutes(5)`,
    );
  });

  test.each([
    [5, '5'],
    ['5 minutes', '"5 minutes"'],
    [null, 'null'],
  ])('whose time between runs is no duration: %p', (every, shown) => {
    expect(synthesisError((stack) => lanesWithCanary(stack, canaryOf({ every })))).toContain(
      `${CANARY} every must be a Duration, got ${shown}. Fix: use Duration.minutes(5)`,
    );
  });

  test('whose time between runs only the deployment knows', () => {
    const error = synthesisError((stack) => {
      const { valueAsNumber } = new CfnParameter(stack, 'Minutes', { type: 'Number' });
      lanesWithCanary(stack, canaryOf({ every: Duration.minutes(valueAsNumber) }));
    });
    expect(error).toContain(`${CANARY} every must be known when the template is written, got a token. Fix: use a`);
  });

  test.each([
    [NaN, 'NaN'],
    [{}, '{}'],
  ])('whose time between runs is %p', (every, shown) => {
    expect(synthesisError((stack) => lanesWithCanary(stack, canaryOf({ every })))).toContain(
      `${CANARY} every must be a Duration, got ${shown}. Fix: use Duration.minutes(5)`,
    );
  });

  test.each([
    [true, 'true'],
    ['x', '"x"'],
    [5, '5'],
    [NaN, 'NaN'],
  ])('whose props are %p', (props, shown) => {
    expect(synthesisError((stack) => lanesWithCanary(stack, canaryOf(props as never)))).toContain(
      `${CANARY} the props of the canary must be an object, got ${shown}. Fix: use { every: Duration.minutes(5) }, or none`,
    );
  });

  test('but accepts props that are null, as none', () => {
    const app = testApp();
    lanesWithCanary(new Stack(app, 'Test', { env: { region: 'us-east-1' } }), canaryOf(null as never));
    expect(() => app.synth()).not.toThrow();
  });

  test('of a delivery that waits longer for a batch than a run can', () => {
    const delivery = { maxBatchingWindow: Duration.seconds(21) };
    expect(synthesisError((stack) => lanesWithCanary(stack, canaryOf({}), { delivery }))).toContain(
      `${CANARY} maxBatchingWindow of the delivery must be at most 20 s with this canary, which waits for a message in a run of 90 s, got 21 s. Fix: use Duration.seconds(20), or remove the canary`,
    );
  });

  test('without credentials for an OIDC issuer', () => {
    const error = synthesisError((stack) => watchedTwinlane(stack, { operation: { canary: canaryOf({}) } }));
    expect(error).toContain(
      `${CANARY} credentials are required with an OIDC issuer, got undefined. Fix: use Secret.fromSecretCompleteArn(`,
    );
  });

  test('with an ARN instead of a secret', () => {
    const credentials = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:canary-AbCdEf';
    expect(synthesisError((stack) => lanesWithCanary(stack, canaryOf({ credentials })))).toContain(
      `${CANARY} credentials must be a secret, got "${credentials}". Fix: use Secret.fromSecretCompleteArn(`,
    );
  });

  test('with an object that only looks like a secret', () => {
    const credentials = { secretArn: 'x', env: null, node: null };
    expect(synthesisError((stack) => lanesWithCanary(stack, canaryOf({ credentials })))).toContain(
      `${CANARY} credentials must be a secret, got ${JSON.stringify(credentials)}. Fix: use`,
    );
  });

  test('with a secret of another Region', () => {
    const error = synthesisError((stack) => {
      const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:canary-AbCdEf';
      lanesWithCanary(stack, canaryOf({ credentials: Secret.fromSecretCompleteArn(stack, 'Given', arn) }));
    });
    expect(error).toContain(
      `${CANARY} credentials must be in the Region of the stack, us-east-1, got Test/Given in eu-west-1. Fix: use a secret in us-east-1`,
    );
  });

  test('with credentials but without authentication', () => {
    const error = synthesisError((stack) => {
      const canary = canaryOf({ credentials: new Secret(stack, 'Given') });
      lanesWithCanary(stack, canary, { authentication: Authentication.none() });
    });
    expect(error).toContain(
      `${CANARY} credentials must not be set without authentication, got Test/Given. Fix: remove credentials, because the canary does not sign in`,
    );
  });

  test('of a service and servers of other images, with all other problems', () => {
    const image = ContainerImage.fromRegistry('example/image');
    const error = synthesisError((stack) =>
      watchedTwinlane(stack, {
        operation: { canary: canaryOf({ every: Duration.hours(2) }), dashboard: 'no' as never },
        http: { compute: HttpCompute.fargate({ image }) },
        webSocket: { entry: WebSocketEntry.servers({ image }) },
      }),
    );
    expect(error).toContain(
      `${OPERATION} canary must have an HTTP lane with the service of this package, whose routes it uses, got other code in Test/TwinLane/HttpLane. Fix: remove canary, or the image or entry of the compute`,
    );
    expect(error).toContain(
      'canary must have a WebSocket lane with an entry of this package, which delivers messages, got servers of another image in Test/TwinLane/WebSocketLane. Fix: remove canary, or the image of the servers',
    );
    expect(error).toContain(`${CANARY} every must be whole minutes, 1 to 60, got Duration.hours(2)`);
    expect(error).toContain(`${CANARY} credentials are required with an OIDC issuer`);
    expect(error).toContain('dashboard must be true or false, got "no"');
    expect(error).not.toContain('got no delivery');
  });
});

test('synthesis refuses a canary of CloudWatch Synthetics that runs each minute with a delivery that waits for batches', () => {
  const canary = Canary.synthetics({ every: Duration.minutes(1) });
  const delivery = { maxBatchingWindow: Duration.seconds(1) };
  expect(synthesisError((stack) => lanesWithCanary(stack, canary, { delivery }))).toContain(
    `${CANARY} maxBatchingWindow of the delivery must be at most 0 s with this canary, which waits for a message in a run of 60 s, got 1 s. Fix: set every of the canary to Duration.minutes(2) or more, use Duration.seconds(0), or remove the canary`,
  );
});

test.each(['syn-nodejs-puppeteer-15.0', 'syn-nodejs-5', 'nodejs24.x', 'syn-nodejs-5.4\n', 5, null])(
  'synthesis refuses a runtime that is not one for Node.js without a browser: %p',
  (runtime) => {
    const error = synthesisError((stack) => lanesWithCanary(stack, Canary.synthetics({ runtime: runtime as string })));
    expect(error).toContain(
      `${CANARY} runtime must be the name of a runtime for Node.js without a browser, syn-nodejs-N.N, got ${JSON.stringify(runtime)}. Fix: use 'syn-nodejs-5.4'`,
    );
  },
);

test.each([
  [true, 'true'],
  ['scheduled', '"scheduled"'],
  [{}, '{}'],
  [null, 'null'],
  [NaN, 'NaN'],
  [false, 'false'],
])('synthesis refuses a canary that is %p', (canary, shown) => {
  expect(synthesisError((stack) => lanesWithCanary(stack, canary as never))).toContain(
    `${OPERATION} canary must be a Canary, got ${shown}. Fix: use Canary.scheduled(), or remove canary`,
  );
});

test('synthesis refuses a canary of a lane that stands alone', () => {
  const error = synthesisError((stack) => watchedWebSocketLane(stack, { canary: Canary.scheduled() }));
  expect(error).toContain(
    '[Test/Operation] canary must have both lanes, the delivery between them and their admission, got no httpLane. Fix: pass httpLane, or remove canary',
  );
});

test('synthesis refuses a canary of both lanes without their delivery, whose alarm would be missing, and without their admission', () => {
  const error = synthesisError((stack) => {
    const { httpLane, webSocketLane } = watchedTwinlane(stack, { operation: undefined as never });
    new Operation(stack, 'Operation', { httpLane, webSocketLane, canary: Canary.scheduled() });
  });
  expect(error).toContain(
    '[Test/Operation] canary must have both lanes, the delivery between them and their admission, got no delivery, admission. Fix: pass delivery, admission, or remove canary',
  );
});

describe('of an app client that this app creates, synthesis', () => {
  const errorOf = (clientOf: (pool: UserPool) => IUserPoolClient) =>
    synthesisError((stack) => {
      const pool = new UserPool(stack, 'Pool');
      lanesWithCanary(stack, Canary.scheduled(), {
        authentication: Authentication.userPool(pool, clientOf(pool)),
      });
    });

  test('refuses one that does not allow the flow by which the canary signs in', () => {
    expect(errorOf((pool) => pool.addClient('Client', { authFlows: { userSrp: true } }))).toContain(
      `${CANARY} the app client Test/Pool/Client/Resource must allow the flow ADMIN_USER_PASSWORD_AUTH, with which the canary signs in, got ["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]. Fix: set authFlows.adminUserPassword of the client to true`,
    );
    expect(errorOf((pool) => pool.addClient('Client'))).toContain('with which the canary signs in, got undefined.');
  });

  test('refuses one whose flows are overridden', () => {
    const client = (pool: UserPool) => {
      const added = pool.addClient('Client', { authFlows: { adminUserPassword: true } });
      const resource = added.node.defaultChild as CfnUserPoolClient;
      resource.addPropertyOverride('ExplicitAuthFlows', ['ALLOW_USER_SRP_AUTH']);
      return added;
    };
    expect(errorOf(client)).toContain('with which the canary signs in, got ["ALLOW_USER_SRP_AUTH"].');
  });

  test.each<[string, (stack: Stack) => unknown]>([
    ['a parameter', (stack) => new CfnParameter(stack, 'Flows', { type: 'CommaDelimitedList' }).valueAsList],
    ['a value of a list', (stack) => [new CfnParameter(stack, 'Flow').valueAsString]],
    ['an override', () => ['ALLOW_ADMIN_USER_PASSWORD_AUTH']],
  ])('accepts one whose flows it cannot know, or an override allows: %s', (_, flowsIn) => {
    const app = testApp();
    const stack = new Stack(app, 'Test', { env: { region: 'us-east-1' } });
    const pool = new UserPool(stack, 'Pool');
    const client = pool.addClient('Client', { authFlows: { userSrp: true } });
    (client.node.defaultChild as CfnUserPoolClient).addPropertyOverride('ExplicitAuthFlows', flowsIn(stack));
    lanesWithCanary(stack, Canary.scheduled(), { authentication: Authentication.userPool(pool, client) });
    expect(() => app.synth()).not.toThrow();
  });

  test('refuses one with a secret', () => {
    const client = (pool: UserPool) =>
      pool.addClient('Client', {
        generateSecret: true,
        authFlows: { adminUserPassword: true },
        oAuth: { scopes: [OAuthScope.OPENID] },
      });
    expect(errorOf(client)).toContain(
      `${CANARY} the app client Test/Pool/Client/Resource must have no secret, so that the canary can sign in, got generateSecret true. Fix: use a client with generateSecret false`,
    );
  });

  test('accepts one that allows the flow, and an imported one, which it cannot check', () => {
    const app = testApp();
    const stack = new Stack(app, 'Test', { env: { region: 'us-east-1' } });
    const pool = new UserPool(stack, 'Pool');
    lanesWithCanary(stack, Canary.scheduled(), {
      authentication: Authentication.userPool(
        pool,
        pool.addClient('Client', { authFlows: { adminUserPassword: true }, writeAttributes: undefined as never }),
      ),
    });
    const other = new Stack(app, 'Other', { env: { region: 'us-east-1' } });
    lanesWithCanary(other, Canary.scheduled(), {
      authentication: Authentication.userPool(
        UserPool.fromUserPoolId(other, 'Pool', 'us-east-1_abc'),
        UserPoolClient.fromUserPoolClientId(other, 'Client', 'abc'),
      ),
    });
    expect(() => app.synth()).not.toThrow();
  });
});

test('synthesis refuses a user pool of another account, which the canary cannot use', () => {
  const app = testApp();
  const stack = new Stack(app, 'Test', { env: { account: '111122223333', region: 'us-east-1' } });
  const arn = 'arn:aws:cognito-idp:us-east-1:444455556666:userpool/us-east-1_abc';
  lanesWithCanary(stack, Canary.scheduled(), {
    authentication: Authentication.userPool(
      UserPool.fromUserPoolArn(stack, 'Pool', arn),
      UserPoolClient.fromUserPoolClientId(stack, 'Client', 'abc'),
    ),
  });
  expect(() => app.synth()).toThrow(
    'the user pool must be in the account of the stack, 111122223333, so that the canary can sign in, got 444455556666. Fix: remove the canary',
  );
});
