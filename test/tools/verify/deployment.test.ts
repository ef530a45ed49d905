import * as fc from 'fast-check';
import { Output } from '../../../lib/outputs';
import { understand } from '../../../tools/verify/deployment';
import { CERTIFICATE, ISSUER, KEYS_URL, LISTENER, LOAD_BALANCER, STACK, TARGET_GROUP } from './kept-promises';
import { type ChangedOutputs, changedOutputs } from './mocked-aws';

const understood = (changed: ChangedOutputs = {}) => understand({ stack: STACK, values: changedOutputs(changed) });

describe('A deployment', () => {
  it("is understood from its stack's outputs", () => {
    expect(understood()).toEqual({
      stack: STACK,
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      apiHost: 'api.example.com',
      webSocketHost: 'ws.example.com',
      managementHost: 'ws.example.com',
      hostedZoneId: 'Z0EXAMPLE',
      apiCertificateArn: CERTIFICATE,
      webSocketCertificateArn: CERTIFICATE,
      managementCertificateArn: CERTIFICATE,
      loadBalancerArn: LOAD_BALANCER,
      listenerArn: LISTENER,
      targetGroupArn: TARGET_GROUP,
      httpScaling: { resourceId: 'service/lane/api', min: 2, max: 10 },
      apiId: 'api1',
      stage: 'live',
      rateLimit: 500,
      burstLimit: 200,
      webSocketScaling: [{ resourceId: 'function:connect:live', min: 1, max: 5 }],
      functions: [{ name: 'connect', reserved: 50 }, { name: 'deliver' }],
      tokens: { issuer: ISSUER, audience: 'https://api.example.com', keysUrl: KEYS_URL },
      messageLogTable: 'log',
      connectionTable: 'connections',
      admissionTable: 'admission',
      deletionProtection: true,
    });
  });

  it('may scale nothing, and then no capacity counts', () => {
    const nothing = {
      [Output.HTTP_SCALABLE_TARGET]: undefined,
      [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none',
    };

    expect(understood(nothing)).toMatchObject({ webSocketScaling: [] });
    expect(understood(nothing).httpScaling).toBeUndefined();
  });

  it('keeps its functions and their reservations, however many', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    const one = fc.record({ name, reserved: fc.option(fc.nat({ max: 1000 }), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(one), (functions) => {
        const written = functions.map(({ name, reserved }) => `${name}=${reserved ?? ''}`).join(',') || 'none';

        expect(understood({ [Output.FUNCTIONS]: written }).functions).toEqual(functions);
      }),
    );
  });

  it('names every output that is missing, all at once', () => {
    const optional: string[] = [
      Output.HTTP_SCALABLE_TARGET,
      Output.HTTP_CAPACITY,
      Output.WEB_ACL_ARN,
      Output.DISTRIBUTION_DOMAIN_NAME,
      Output.TOKEN_ISSUER,
      Output.TOKEN_AUDIENCE,
      Output.TOKEN_KEYS_URL,
      Output.ADMISSION_TABLE,
    ];
    const needed = Object.values(Output).filter((name) => !optional.includes(name));

    expect(() => understand({ stack: STACK, values: {} })).toThrow(
      `The outputs of ${STACK} cannot be used: ${needed.map((name) => `${name} is missing`).join('; ')}`,
    );
  });

  it.each([
    [Output.API_URL, 'http://api.example.com', 'must look like https://api.example.com, got "http://api.example.com"'],
    [
      Output.WEBSOCKET_URL,
      'https://ws.example.com',
      'must look like wss://ws.example.com, got "https://ws.example.com"',
    ],
    [Output.LOAD_BALANCER_ARN, 'lane', 'must look like an ARN of elasticloadbalancing, got "lane"'],
    [Output.API_CERTIFICATE_ARN, LISTENER, `must look like an ARN of acm, got "${LISTENER}"`],
    [Output.HTTP_CAPACITY, '2', 'must look like 2-10, got "2"'],
    [Output.HTTP_SCALABLE_TARGET, 'api', 'must look like service/CLUSTER/SERVICE, got "api"'],
    [Output.WEBSOCKET_RATE_LIMIT, 'many', 'must look like 500, got "many"'],
    [Output.WEBSOCKET_SCALABLE_TARGETS, 'connect=1-5', 'must look like function:NAME:ALIAS=1-5, got "connect=1-5"'],
    [Output.FUNCTIONS, 'connect', 'must look like NAME=50,OTHER=, got "connect"'],
    [Output.DELETION_PROTECTION, 'yes', 'must look like true, got "yes"'],
    [Output.TOKEN_KEYS_URL, 'http://login', 'must look like https://login.example.com/, got "http://login"'],
    [Output.WEB_ACL_ARN, 'lane', 'must look like an ARN of wafv2, got "lane"'],
    [Output.CONNECTION_TABLE, '', 'must look like a name, got ""'],
  ])('cannot be understood where %s is %p', (name, value, problem) => {
    expect(() => understood({ [name]: value })).toThrow(`The outputs of ${STACK} cannot be used: ${name} ${problem}`);
  });

  it('tells a capacity that is missing together with other problems', () => {
    expect(() => understood({ [Output.HTTP_CAPACITY]: undefined, [Output.WEBSOCKET_STAGE]: undefined })).toThrow(
      'WebSocketStage is missing; HttpCapacity is missing, though HttpScalableTarget is there',
    );
  });

  it('cannot be understood where it has an issuer without an audience or keys', () => {
    expect(() => understood({ [Output.TOKEN_AUDIENCE]: undefined, [Output.TOKEN_KEYS_URL]: undefined })).toThrow(
      'TokenAudience is missing, though TokenIssuer is there; TokenKeysUrl is missing, though TokenIssuer is there',
    );
  });
});
