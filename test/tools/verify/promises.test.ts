import { Output } from '../../../lib/outputs';
import { understand } from '../../../tools/verify/deployment';
import { notAsked } from '../../../tools/verify/promises';
import { CERTIFICATE, DISTRIBUTED, ISSUER, KEYS_URL, LOG_DESTINATION, STACK } from './kept-promises';
import { changedOutputs, verified } from './mocked-aws';

describe('promises', () => {
  it('are these, and all kept where AWS answers as promised', async () => {
    const found = await verified();

    expect(found.map(({ group, promise, found, verdict }) => [group, promise, found, verdict])).toEqual([
      ['Records', 'api.example.com has an A alias to the load balancer', LOAD_BALANCER_ALIAS, 'kept'],
      ['Records', 'api.example.com has an AAAA alias to the load balancer', LOAD_BALANCER_ALIAS, 'kept'],
      ['Records', 'ws.example.com has an A alias to its custom domain', DOMAIN_ALIAS, 'kept'],
      ['Records', 'ws.example.com has an AAAA alias to its custom domain', DOMAIN_ALIAS, 'kept'],
      ['Certificates', `${WHOSE} names every host`, 'api.example.com, ws.example.com', 'kept'],
      ['Certificates', `${WHOSE} is issued and in use`, 'ISSUED, used by 1', 'kept'],
      ['Certificates', `${WHOSE} is valid for 30 days or more`, '184 days, until 2026-09-01', 'kept'],
      [
        'HTTP lane',
        'The load balancer is active, dual-stack, in two zones or more',
        'active, dualstack, us-east-1a, us-east-1b',
        'kept',
      ],
      [
        'HTTP lane',
        'The load balancer drops invalid header fields',
        'routing.http.drop_invalid_header_fields.enabled: true',
        'kept',
      ],
      [
        'HTTP lane',
        'The load balancer mitigates desync attacks most strictly',
        'routing.http.desync_mitigation_mode: strictest',
        'kept',
      ],
      ['HTTP lane', 'The load balancer refuses deletion', 'deletion_protection.enabled: true', 'kept'],
      [
        'HTTP lane',
        'The listener speaks HTTPS on port 443 with ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        'HTTPS on 443, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        'kept',
      ],
      ['HTTP lane', 'The listener presents the promised certificate', CERTIFICATE, 'kept'],
      ['HTTP lane', 'Any other listener only redirects to HTTPS, by its default action', 'no other listener', 'kept'],
      ['HTTP lane', 'Every response carries HSTS, nosniff, frame options and a content policy', 'all four', 'kept'],
      ['HTTP lane', 'No response names the server', 'routing.http.response.server.enabled: false', 'kept'],
      ['HTTP lane', 'At least one target is healthy, none unhealthy', '2 healthy', 'kept'],
      ['HTTP lane', 'A leaving target has 1 to 119 s to finish its requests', '30 s', 'kept'],
      ['Tokens', `${ISSUER} publishes the keys of its tokens`, '2 to verify signatures with', 'kept'],
      [
        'Tokens',
        `The discovery document of ${ISSUER}, if there is one, names it and these keys`,
        `${ISSUER}, ${KEYS_URL}`,
        'kept',
      ],
      ['WebSocket lane', 'The API speaks WebSocket', 'WEBSOCKET', 'kept'],
      ['WebSocket lane', "The API's default endpoint is off", 'off', 'kept'],
      [
        'WebSocket lane',
        'ws.example.com is available, Regional, dual-stack, at least TLS 1.2',
        'AVAILABLE, REGIONAL, dualstack, TLS_1_2',
        'kept',
      ],
      ['WebSocket lane', 'ws.example.com presents the promised certificate', CERTIFICATE, 'kept'],
      ['WebSocket lane', 'ws.example.com maps to the stage live of api1, and to nothing else', '/ → api1 live', 'kept'],
      ['WebSocket lane', 'The stage throttles at 500 a second, burst 200', '500 a second, burst 200', 'kept'],
      ['WebSocket lane', 'The stage deploys every change', 'automatic', 'kept'],
      ['WebSocket lane', 'The stage writes access logs', LOG_DESTINATION, 'kept'],
      ['WebSocket lane', 'The stage logs no message bodies', 'none', 'kept'],
      ['Scaling', 'service/lane/api scales from 2 to 10', 'from 2 to 10', 'kept'],
      ['Scaling', 'function:connect:live scales from 1 to 5', 'from 1 to 5', 'kept'],
      ['Scaling', 'What scales in one lane scales in no other', 'apart', 'kept'],
      ['Functions', 'connect runs on nodejs24.x and arm64, active and traced', RUNNING, 'kept'],
      ['Functions', 'connect has a concurrency of 50 reserved', 'a concurrency of 50 reserved', 'kept'],
      ['Functions', 'deliver runs on nodejs24.x and arm64, active and traced', RUNNING, 'kept'],
      ['Functions', 'deliver has no concurrency reserved', 'no concurrency reserved', 'kept'],
      ['Tables', 'log can be restored to any second', 'point-in-time recovery ENABLED', 'kept'],
      ['Tables', 'log removes what has expired', 'time to live ENABLED on expiresAt', 'kept'],
      ['Tables', 'log streams its changes', 'streams NEW_IMAGE', 'kept'],
      ['Tables', 'log refuses deletion', 'protected', 'kept'],
      ['Tables', 'connections can be restored to any second', 'point-in-time recovery ENABLED', 'kept'],
      ['Tables', 'connections removes what has expired', 'time to live ENABLED on expiresAt', 'kept'],
      ['Tables', 'connections refuses deletion', 'protected', 'kept'],
      ['Tables', 'admission can be restored to any second', 'point-in-time recovery ENABLED', 'kept'],
      ['Tables', 'admission removes what has expired', 'time to live ENABLED on expiresAt', 'kept'],
      ['Tables', 'admission streams its changes', 'streams NEW_IMAGE', 'kept'],
      ['Tables', 'admission refuses deletion', 'protected', 'kept'],
    ]);
  });

  it('say nothing of deletion where no protection is promised', async () => {
    const found = await verified({}, { [Output.DELETION_PROTECTION]: 'false' });

    expect(found.filter(({ promise }) => promise.includes('deletion'))).toEqual([]);
  });

  it.each([
    ['HTTP', { [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none' }, 'service/lane/api scales from 2 to 10'],
    ['WebSocket', { [Output.HTTP_SCALABLE_TARGET]: undefined }, 'function:connect:live scales from 1 to 5'],
  ])('say of scaling nothing but limits where the %s lane alone is scaled', async (_, outputs, promise) => {
    const found = await verified({}, outputs);

    expect(found.filter(({ group }) => group === 'Scaling').map((one) => one.promise)).toEqual([promise]);
  });
});

describe('what is not asked', () => {
  const told = (outputs: Record<string, string | undefined>) =>
    notAsked(understand({ stack: STACK, values: changedOutputs(outputs) }));
  const open = {
    [Output.TOKEN_ISSUER]: undefined,
    [Output.TOKEN_AUDIENCE]: undefined,
    [Output.TOKEN_KEYS_URL]: undefined,
  };

  it('is told of each thing that the deployment has, and of no other', () => {
    const webAcl = 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/lane/1';

    expect(told(open)).toEqual([]);
    expect(told({})).toEqual([`${ISSUER}: whether it knows the audience https://api.example.com, and who may sign in`]);
    expect(told({ ...open, [Output.WEB_ACL_ARN]: webAcl })).toEqual([
      `${webAcl}: whether it stands in front of the load balancer, its rules and its logging`,
    ]);
    expect(told({ ...open, ...DISTRIBUTED })).toEqual([
      'd1.cloudfront.net: whether it is enabled, its TLS policy, its origin and its web ACL',
    ]);
  });
});

const LOAD_BALANCER_ALIAS = 'dualstack.lane-1.us-east-1.elb.amazonaws.com.';
const DOMAIN_ALIAS = 'd-1.execute-api.us-east-1.amazonaws.com.';
const WHOSE = 'The certificate of api.example.com and ws.example.com';
const RUNNING = 'nodejs24.x, arm64, Active, last update Successful, traced';
