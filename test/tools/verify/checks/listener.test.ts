import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type Answers,
  attributes,
  HTTPS_LISTENER,
  LISTENER,
  LISTENER_ATTRIBUTES,
  TARGET_GROUP,
} from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

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

describe('The checks of the listener', () => {
  itFailsFor('The listener uses HTTPS on port 443 with ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09', [
    [
      "the service's default policy, which allows TLS 1.0",
      changed({ SslPolicy: 'ELBSecurityPolicy-2016-08' }),
      'HTTPS on 443, ELBSecurityPolicy-2016-08',
    ],
    ['plain HTTP', changed({ Protocol: 'HTTP', SslPolicy: undefined }), 'HTTP on 443, no TLS policy'],
    ['another port', changed({ Port: 8443 }), 'HTTPS on 8443, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'],
    ['no listener', listeners(), `the listener ${LISTENER} does not exist`],
  ]);

  itFailsFor('The listener has the expected certificate', [
    ['another certificate', changed({ Certificates: [{ CertificateArn: 'arn:other' }] }), 'arn:other'],
    ['no certificate', changed({ Certificates: undefined }), 'no certificate'],
    ['no listener', listeners(), `the listener ${LISTENER} does not exist`],
  ]);

  itFailsFor('The default action of any other listener is a redirect to HTTPS', [
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
      'one that also forwards',
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

  itFailsFor('Every response has the HSTS, nosniff, frame options and content security policy headers', [
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

  itFailsFor('No response has a Server header', [
    [
      'the Server header',
      attribute('routing.http.response.server.enabled', 'true'),
      'routing.http.response.server.enabled: true',
    ],
  ]);

  it('accept a listener on port 80 that redirects to HTTPS', async () => {
    const redirect = port80([{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } }]);

    expect(
      await finding(
        'The default action of any other listener is a redirect to HTTPS',
        listeners(HTTPS_LISTENER, redirect),
      ),
    ).toMatchObject({ result: 'passed', found: 'HTTP on 80: redirect to HTTPS' });
  });
});
