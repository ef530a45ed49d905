import type { CertificateDetail } from '@aws-sdk/client-acm';
import { Output } from '../../../../lib/outputs';
import { type Answers, CERTIFICATE, CERTIFICATE_DETAIL, NOW } from '../kept-promises';
import { finding, itIsBrokenBy, verified } from '../mocked-aws';

const WHOSE = 'The certificate of api.example.com and ws.example.com';

const detail = (changed: Partial<CertificateDetail>): Partial<Answers> => ({
  DescribeCertificate: () => ({ Certificate: { ...CERTIFICATE_DETAIL, ...changed } }),
});

const endingIn = (milliseconds: number) => detail({ NotAfter: new Date(NOW.getTime() + milliseconds) });

describe('certificates', () => {
  itIsBrokenBy(`${WHOSE} names every host`, [
    ['a host left out', detail({ SubjectAlternativeNames: ['api.example.com'] }), 'api.example.com'],
    ['the name of the zone only', detail({ SubjectAlternativeNames: ['example.com'] }), 'example.com'],
    [
      'a wildcard of another level',
      detail({ SubjectAlternativeNames: ['*.example.com.example.org', '*.ws.example.com'] }),
      '*.example.com.example.org, *.ws.example.com',
    ],
  ]);

  itIsBrokenBy(`${WHOSE} is issued and in use`, [
    ['a validation that never ended', detail({ Status: 'PENDING_VALIDATION' }), 'PENDING_VALIDATION, used by 1'],
    ['no one using it', detail({ InUseBy: [] }), 'ISSUED, used by 0'],
    ['its end', detail({ Status: 'EXPIRED' }), 'EXPIRED, used by 1'],
  ]);

  itIsBrokenBy(`${WHOSE} is valid for 30 days or more`, [
    ['one millisecond less', endingIn(30 * 86_400_000 - 1), '29 days, until 2026-03-30'],
    ['its end', endingIn(-1), '-1 days, until 2026-02-28'],
    ['no end, as before it is issued', detail({ NotAfter: undefined }), 'no end date: it was never issued'],
  ]);

  it('are valid for long enough at exactly 30 days', async () => {
    expect(await finding(`${WHOSE} is valid for 30 days or more`, endingIn(30 * 86_400_000))).toMatchObject({
      verdict: 'kept',
      found: '30 days, until 2026-03-31',
    });
  });

  it('may be a wildcard', async () => {
    const wildcard = detail({ DomainName: '*.example.com', SubjectAlternativeNames: undefined });

    expect(await finding(`${WHOSE} names every host`, wildcard)).toMatchObject({ verdict: 'kept' });
  });

  it('may be written in any case', async () => {
    const shouted = detail({ SubjectAlternativeNames: ['API.example.com', 'ws.EXAMPLE.com'] });

    expect(await finding(`${WHOSE} names every host`, shouted)).toMatchObject({ verdict: 'kept' });
  });

  it('are verified one by one where each lane has its own, each for its host alone', async () => {
    const arn = CERTIFICATE.replaceAll('1111', '2222');
    const own = { [Output.WEBSOCKET_CERTIFICATE_ARN]: arn, [Output.MANAGEMENT_CERTIFICATE_ARN]: arn };
    const found = await verified(detail({ SubjectAlternativeNames: ['api.example.com'] }), own);

    expect(
      found
        .filter(({ promise }) => promise.endsWith('names every host'))
        .map(({ promise, verdict }) => [promise, verdict]),
    ).toEqual([
      ['The certificate of api.example.com names every host', 'kept'],
      ['The certificate of ws.example.com names every host', 'broken'],
    ]);
  });
});
