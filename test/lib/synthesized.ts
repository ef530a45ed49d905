import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { cdk } from '../support/example-project';
import type { LaneDomain } from '../../lib/domains/lane-domain';

const { twinlane: _, ...flags } = cdk.context;

/** Records of where a construct was created. They take a third of the time of a synthesis, and no test reads them. */
const UNREAD = { 'aws:cdk:disable-creation-stack-traces': true, 'aws:cdk:disable-logicalId-metadata': true };

/** @returns an app with the repository's feature flags and without CloudFormation validation of the template. */
export function testApp(props: AppProps = {}): App {
  return new App({
    context: { ...flags, ...UNREAD },
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    analyticsReporting: false,
    performanceReporting: false,
    ...props,
  });
}

/** @returns a stack in us-east-1, in a new app by default. */
export function testStack(app: App = testApp(), id = 'Test'): Stack {
  return new Stack(app, id, { env: { region: 'us-east-1' } });
}

/** @returns the template of a stack after `build` has filled it. */
export function templateOf(build: (stack: Stack) => void): Template {
  const stack = testStack();
  build(stack);
  return Template.fromStack(stack);
}

/** @returns the error message of synthesis after `build` has filled a stack. Throws if synthesis succeeds. */
export function synthesisError(build: (stack: Stack) => void): string {
  const app = testApp();
  build(testStack(app));
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected synthesis to fail');
}

/** @returns the policy statements of a role in the template of the stack. */
export function statementsOf(stack: Stack, { grantPrincipal }: IGrantable): unknown[] {
  const Roles = [stack.resolve((grantPrincipal as IRole).roleName)];
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { Roles } });
  return Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** @returns the key-value attributes of the only load balancer, listener or target group. */
export function attributesOf(template: Template, resource: 'LoadBalancer' | 'Listener' | 'TargetGroup') {
  const [only] = Object.values(template.findResources(`AWS::ElasticLoadBalancingV2::${resource}`));
  const attributes: { Key: string; Value: unknown }[] = only?.Properties[`${resource}Attributes`];
  return Object.fromEntries(attributes.map(({ Key, Value }) => [Key, Value]));
}

/** @returns the only container of the only task definition. */
export function containerOf(template: Template): Record<string, unknown> {
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  return task?.Properties.ContainerDefinitions[0];
}

export function exampleZone(stack: Stack): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' });
}

export function exampleCertificate(stack: Stack, region = 'us-east-1'): ICertificate {
  return Certificate.fromCertificateArn(stack, 'Imported', `arn:aws:acm:${region}:111122223333:certificate/abc`);
}

export function exampleDomain(stack: Stack, hostName: string): LaneDomain {
  return { hostName, certificate: exampleCertificate(stack), hostedZone: exampleZone(stack) };
}
