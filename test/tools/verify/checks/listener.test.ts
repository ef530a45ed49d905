import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type Answers,
  attributes,
  HTTPS_LISTENER,
  LISTENER,
  LISTENER_ATTRIBUTES,
  TARGET_GROUP,
} from '../kept-promises';
import { finding, itIsBrokenBy } from '../mocked-aws';

const listeners = (...Listeners: Listener[]): Partial<Answers> => ({ DescribeListeners: () => ({ Listeners }) });

const changed = (change: Partial<Listener>) => listeners({ ...HTTPS_LISTENER, ...change });

const attribute = (key: keyof typeof LISTENER_ATTRIBUTES, value: string): Partial<Answers> => ({
  DescribeListenerAttributes: () => attributes({ ...LISTENER_ATTRIBUTES, [key]: value }),
});

const port80 = (action: Listener['DefaultActions']): Listener => ({
  ListenerArn: `${LISTENER}-80`,
  Protocol: 'HTTP',
  Port: 80,
  DefaultActions: action,
});

describe('listener', () => {
  itIsBrokenBy('The listener speaks HTTPS on port 443 with ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09', [
    [
      "the service's default policy, which allows TLS 1.0",
      changed({ SslPolicy: 'ELBSecurityPolicy-2016-08' }),
      'HTTPS on 443, ELBSecurityPolicy-2016-08',
    ],
    ['plain HTTP', changed({ Protocol: 'HTTP', SslPolicy: undefined }), 'HTTP on 443, no TLS policy'],
    ['another port', changed({ Port: 8443 }), 'HTTPS on 8443, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'],
    ['no listener', listeners(), `the listener ${LISTENER} does not exist`],
  ]);

  itIsBrokenBy('The listener presents the promised certificate', [
    ['another certificate', changed({ Certificates: [{ CertificateArn: 'arn:other' }] }), 'arn:other'],
    ['no certificate', changed({ Certificates: undefined }), 'no certificate'],
    ['no listener', listeners(), `the listener ${LISTENER} does not exist`],
  ]);

  itIsBrokenBy('Any other listener only redirects to HTTPS, by its default action', [
    [
      'one that serves plain HTTP',
      listeners(HTTPS_LISTENER, port80([{ Type: 'forward', TargetGroupArn: TARGET_GROUP }])),
      'HTTP on 80: forward',
    ],
    [
      'one that redirects to plain HTTP',
      listeners(
        HTTPS_LISTENER,
        port80([{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTP', StatusCode: 'HTTP_301' } }]),
      ),
      'HTTP on 80: redirect',
    ],
    [
      'one that may also forward',
      listeners(
        HTTPS_LISTENER,
        port80([
          { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } },
          { Type: 'forward', TargetGroupArn: TARGET_GROUP },
        ]),
      ),
      'HTTP on 80: redirect, forward',
    ],
    ['one without an action', listeners(HTTPS_LISTENER, port80([])), 'HTTP on 80: '],
  ]);

  itIsBrokenBy('Every response carries HSTS, nosniff, frame options and a content policy', [
    [
      'an empty header',
      attribute('routing.http.response.strict_transport_security.header_value', ''),
      'not set: strict_transport_security',
    ],
    [
      'no attributes at all',
      { DescribeListenerAttributes: () => ({}) },
      'not set: strict_transport_security, x_content_type_options, x_frame_options, content_security_policy',
    ],
  ]);

  itIsBrokenBy('No response names the server', [
    [
      'the Server header',
      attribute('routing.http.response.server.enabled', 'true'),
      'routing.http.response.server.enabled: true',
    ],
  ]);

  it('on port 80 may redirect to HTTPS', async () => {
    const redirect = port80([{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } }]);

    expect(
      await finding(
        'Any other listener only redirects to HTTPS, by its default action',
        listeners(HTTPS_LISTENER, redirect),
      ),
    ).toMatchObject({ verdict: 'kept', found: 'HTTP on 80: redirect to HTTPS' });
  });
});
