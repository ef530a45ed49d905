import { requestTime } from '../../websocket/request-time';

test('requestTime is requestTimeEpoch in the format of access logs, as in the recorded pair', () => {
  expect(requestTime(1731324924561)).toBe('11/Nov/2024:11:35:24 +0000');
});
