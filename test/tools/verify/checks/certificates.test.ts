import type { CertificateDetail } from '@aws-sdk/client-acm';
import { Output } from '../../../../lib/outputs';
import { type Answers, CERTIFICATE, CERTIFICATE_DETAIL, NOW } from '../passing-deployment';
import { finding, itFailsFor, verified } from '../mocked-aws';

const CERTIFICATE_OF_BOTH = 'The certificate of api.example.com and ws.example.com';

const detail = (changed: Partial<CertificateDetail>): Partial<Answers> => ({
  DescribeCertificate: () => ({ Certificate: { ...CERTIFICATE_DETAIL, ...changed } }),
});

const endingIn = (milliseconds: number) => detail({ NotAfter: new Date(NOW.getTime() + milliseconds) });

describe('The checks of the certificates', () => {
  itFailsFor(`${CERTIFICATE_OF_BOTH} covers each host`, [
    ['a missing host', detail({ SubjectAlternativeNames: ['api.example.com'] }), 'api.example.com'],
    ['the name of the zone only', detail({ SubjectAlternativeNames: ['example.com'] }), 'example.com'],
    [
      'a wildcard of another level',
      detail({ SubjectAlternativeNames: ['*.example.com.example.org', '*.ws.example.com'] }),
      '*.example.com.example.org, *.ws.example.com',
    ],
  ]);

  itFailsFor(`${CERTIFICATE_OF_BOTH} is issued and in use`, [
    ['a validation that never ended', detail({ Status: 'VALIDATION_TIMED_OUT' }), 'VALIDATION_TIMED_OUT, used by 1'],
    ['no resource that uses it', detail({ InUseBy: [] }), 'ISSUED, used by 0'],
    ['an expired certificate', detail({ Status: 'EXPIRED' }), 'EXPIRED, used by 1'],
  ]);

  itFailsFor(`${CERTIFICATE_OF_BOTH} is valid for at least 30 days`, [
    ['one millisecond less', endingIn(30 * 86_400_000 - 1), '29 days, until 2026-03-30'],
    ['an expiry in the past', endingIn(-1), '-1 days, until 2026-02-28'],
    [
      'no expiry date, because it was never issued',
      detail({ NotAfter: undefined, Status: 'FAILED' }),
      'no expiry date: FAILED',
    ],
  ]);

  it('accept exactly 30 days', async () => {
    expect(
      await finding(`${CERTIFICATE_OF_BOTH} is valid for at least 30 days`, endingIn(30 * 86_400_000)),
    ).toMatchObject({
      result: 'passed',
      found: '30 days, until 2026-03-31',
    });
  });

  it('accept a wildcard', async () => {
    const wildcard = detail({ DomainName: '*.example.com', SubjectAlternativeNames: undefined });

    expect(await finding(`${CERTIFICATE_OF_BOTH} covers each host`, wildcard)).toMatchObject({ result: 'passed' });
  });

  it('ignore upper and lower case in host names', async () => {
    const mixedCase = detail({ SubjectAlternativeNames: ['API.example.com', 'ws.EXAMPLE.com'] });

    expect(await finding(`${CERTIFICATE_OF_BOTH} covers each host`, mixedCase)).toMatchObject({ result: 'passed' });
  });

  it('cover each certificate for its own host if each lane has its own certificate', async () => {
    const arn = CERTIFICATE.replaceAll('1111', '2222');
    const own = { [Output.WEBSOCKET_CERTIFICATE_ARN]: arn, [Output.MANAGEMENT_CERTIFICATE_ARN]: arn };
    const found = await verified(detail({ SubjectAlternativeNames: ['api.example.com'] }), own);

    expect(
      found
        .filter(({ expected }) => expected.endsWith('covers each host'))
        .map(({ expected, result }) => [expected, result]),
    ).toEqual([
      ['The certificate of api.example.com covers each host', 'passed'],
      ['The certificate of ws.example.com covers each host', 'failed'],
    ]);
  });
});
