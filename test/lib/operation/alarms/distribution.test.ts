import { Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Gateway } from '../../../../lib/gateway/gateway';
import { testApp } from '../../synthesized';
import { watchedTwinlane } from '../watched-lanes';

const GATEWAY_CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/gateway';

test('synthesis warns of a distribution whose metrics are in another Region', () => {
  const messages = (region: string) => {
    const app = testApp();
    const stack = new Stack(app, 'Test', { env: { region } });
    watchedTwinlane(stack, {
      gateway: Gateway.cloudFront({
        hostName: 'app.example.com',
        certificate: Certificate.fromCertificateArn(stack, 'GatewayCertificate', GATEWAY_CERTIFICATE),
      }),
    });
    return stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .map(({ data }) => `${data as string}`)
      .filter((data) => data.includes('5xxErrorRate'));
  };
  expect(messages('us-east-1')).toEqual([]);
  expect(messages('eu-west-1')).toEqual([expect.stringContaining('and the stack is in eu-west-1. Fix: create alarms')]);
});
