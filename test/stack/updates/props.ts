import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HeadersFrameOption } from 'aws-cdk-lib/aws-cloudfront';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Authentication } from '../../../lib/authentication/authentication';
import type { CloudFrontGatewayProps } from '../../../lib/gateway/cloud-front-props';
import { Gateway } from '../../../lib/gateway/gateway';
import { LaneCertificates } from '../../../lib/domains/lane-certificates';
import type { LaneFunctionOptions } from '../../../lib/functions/lane-function';
import { Egress } from '../../../lib/network/egress';
import type { FargateComputeProps, FargateScaling } from '../../../lib/http-lane/fargate-compute-props';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import type { HttpLaneOptions } from '../../../lib/http-lane/http-lane';
import type { LambdaComputeProps } from '../../../lib/http-lane/lambda-compute';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { RoutingAlgorithm } from '../../../lib/load-balancer/routing-algorithm';
import { Canary } from '../../../lib/operation/canary/canary';
import type { OperationOptions } from '../../../lib/operation/operation-options';
import type { TwinlaneProps } from '../../../lib/twinlane';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import type { ServersEntryProps } from '../../../lib/websocket-lane/servers/servers-entry-props';
import { ServersLoadBalancer } from '../../../lib/websocket-lane/servers/servers-load-balancer';
import type { ApiGatewayEntryProps } from '../../../lib/websocket-lane/api-gateway/api-gateway-entry-props';
import { type BundledRouteProps, LaneRoute } from '../../../lib/websocket-lane/api-gateway/lane-route';
import { exampleFargate, exampleVpc, ORIGIN, withApi } from '../../lib/lanes';
import { exampleCertificate } from '../../lib/synthesized';

/** Props of a stack with both lanes, besides those that every example has. */
export type Props = (stack: Stack) => Partial<TwinlaneProps>;

const ENTRY = 'lambda/message.handler.ts';

/** A folder with an `index.html`. */
const PAGE = 'tools/demo/page';

/** Servers of an image that the app has. */
const FOREIGN: ServersEntryProps = { image: ContainerImage.fromRegistry('example/sockets') };

/** Options of a function. The last ones are all options together. */
const FUNCTION: readonly LaneFunctionOptions[] = [
  {},
  {
    memorySize: Size.mebibytes(1024),
    timeout: Duration.seconds(20),
    reservedConcurrency: 10,
    provisionedConcurrency: { minCapacity: 1, maxCapacity: 5 },
  },
];

/** Every prop of the public constructs, as `Interface.prop`, with values that a user may change between, in any direction. */
export const PROPS: Readonly<Record<string, readonly Props[]>> = {
  'DomainsProps.hostedZone': [
    ...['Z1', 'Z2'].map((hostedZoneId): Props => (stack) => ({
      hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Z', { hostedZoneId, zoneName: 'example.com' }),
    })),
    (stack) => ({ hostedZone: undefined, certificates: LaneCertificates.imported(exampleCertificate(stack)) }),
  ],
  'DomainsProps.httpHostName': each('api.example.com', 'b.example.com', (httpHostName) => ({ httpHostName })),
  'DomainsProps.webSocketHostName': each('ws.example.com', 'b.example.com', (webSocketHostName) => ({
    webSocketHostName,
  })),
  'DomainsProps.certificates': [
    () => ({ certificates: LaneCertificates.san() }),
    () => ({ certificates: LaneCertificates.perLane() }),
    () => ({ certificates: LaneCertificates.wildcard() }),
    (stack) => ({ certificates: LaneCertificates.imported(exampleCertificate(stack)) }),
  ],
  'RetentionOptions.removalPolicy': [
    () => ({}),
    () => ({ removalPolicy: RemovalPolicy.RETAIN }),
    () => ({ removalPolicy: RemovalPolicy.DESTROY }),
  ],
  'RetentionOptions.deletionProtection': each(false, true, (deletionProtection) => ({ deletionProtection })),
  'RetentionOptions.logRetention': each(RetentionDays.ONE_DAY, RetentionDays.ONE_YEAR, (logRetention) => ({
    logRetention,
  })),
  'TwinlaneProps.allowedOrigins': each([ORIGIN], [ORIGIN, 'https://b.example.com'], (allowedOrigins) => ({
    allowedOrigins,
  })),
  'TwinlaneProps.network': [
    () => ({ network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }) }),
    (stack) => ({ network: LaneNetwork.fromVpc(exampleVpc(stack)) }),
  ],
  'ExistingNetworkOptions.ipAddressType': [IpAddressType.IPV4, IpAddressType.DUAL_STACK].map(
    (ipAddressType) => (stack) => ({
      network: LaneNetwork.fromVpc(exampleVpc(stack), { ipAddressType }),
    }),
  ),
  'ExistingNetworkOptions.loadBalancerSubnets': ['us-east-1a', 'us-east-1c'].map((first) => (stack) => ({
    network: LaneNetwork.fromVpc(vpcInThreeZones(stack), {
      loadBalancerSubnets: { subnetType: SubnetType.PUBLIC, availabilityZones: [first, 'us-east-1b'] },
      taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS, availabilityZones: ['us-east-1b'] },
    }),
  })),
  'ExistingNetworkOptions.taskSubnets': ['us-east-1a', 'us-east-1b'].map((zone) => (stack) => ({
    network: LaneNetwork.fromVpc(exampleVpc(stack), {
      taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS, availabilityZones: [zone] },
    }),
  })),
  'ExistingNetworkOptions.assignPublicIp': [false, true].map((assignPublicIp) => (stack) => ({
    network: LaneNetwork.fromVpc(exampleVpc(stack), { assignPublicIp }),
  })),
  'TwinlaneProps.authentication': [
    () => ({}),
    () => ({ authentication: Authentication.cognito() }),
    (stack) => ({
      authentication: Authentication.userPool(
        UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_pool'),
        UserPoolClient.fromUserPoolClientId(stack, 'Client', 'client'),
      ),
    }),
    () => ({ authentication: Authentication.none() }),
  ],
  'TwinlaneProps.limits': each({}, { connections: 5 }, (limits) => ({ limits })),
  'TwinlaneProps.messageRetention': each(Duration.hours(24), Duration.hours(48), (messageRetention) => ({
    messageRetention,
  })),
  'TwinlaneProps.http': each(undefined, { idleTimeout: Duration.seconds(90) }, (http) => http && { http }),
  'TwinlaneProps.webSocket': each({}, { throttle: { rateLimit: 100 } }, webSocket),
  'TwinlaneProps.delivery': each({}, { maxBatchingWindow: Duration.seconds(1) }, (delivery) => ({ delivery })),
  'TwinlaneProps.revoke': FUNCTION.map((revoke) => () => ({ revoke })),
  'TwinlaneProps.operation': each<OperationOptions | undefined>(
    undefined,
    {},
    (operation) => operation && { operation },
  ),
  'OperationOptions.alarmTopic': [
    () => ({ operation: {} }),
    ...['a', 'b'].map((name): Props => (stack) => ({
      operation: { alarmTopic: Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:us-east-1:111122223333:${name}`) },
    })),
  ],
  'OperationOptions.runbookUrl': each(undefined, 'https://wiki.example.com/runbook', (runbookUrl) => ({
    operation: { runbookUrl },
  })),
  'OperationOptions.thresholds': each({}, { errorPercent: 5 }, (thresholds) => ({ operation: { thresholds } })),
  'OperationOptions.dashboard': each(true, false, (dashboard) => ({ operation: { dashboard } })),
  'OperationOptions.accountAlarms': each(false, true, (accountAlarms) => ({ operation: { accountAlarms } })),
  'OperationOptions.canary': [undefined, Canary.scheduled(), Canary.synthetics()].map(
    (canary) => () => withCanary(canary),
  ),
  'CanaryProps.every': each(Duration.minutes(5), Duration.minutes(10), (every) =>
    withCanary(Canary.scheduled({ every })),
  ),
  'CanaryProps.credentials': [
    () => withCanary(Canary.scheduled()),
    ...['a-AbCdEf', 'b-AbCdEf'].map((name) => (stack: Stack) => {
      const arn = `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}`;
      return withCanary(Canary.scheduled({ credentials: Secret.fromSecretCompleteArn(stack, 'Secret', arn) }));
    }),
  ],
  'SyntheticsCanaryProps.runtime': each('syn-nodejs-5.4', 'syn-nodejs-5.5', (runtime) =>
    withCanary(Canary.synthetics({ runtime })),
  ),
  'OperationOptions.deploymentAlarms': each(true, false, (deploymentAlarms) => ({ operation: { deploymentAlarms } })),
  'AdmissionLimits.connections': each(20, 5, (connections) => ({ limits: { connections } })),
  'AdmissionLimits.requests': each(100, 5, (perSecond) => ({ limits: { requests: { perSecond, burst: 200 } } })),
  'AdmissionLimits.frames': each(20, 5, (perSecond) => ({ limits: { frames: { perSecond, burst: 200 } } })),
  'AuthenticationOptions.atLoadBalancer': each(false, true, (atLoadBalancer) => ({
    authentication: Authentication.cognito({ atLoadBalancer }),
  })),
  'AuthenticationOptions.requireScopes': each(false, true, (requireScopes) => ({
    authentication: Authentication.cognito({ requireScopes }),
  })),
  'AuthenticationOptions.scopePrefix': each(undefined, 'api/', (scopePrefix) => ({
    authentication: Authentication.cognito({ scopePrefix }),
  })),
  'CognitoAuthenticationProps.tenantClaim': each('custom:tenant', 'azp', (tenantClaim) => ({
    authentication: Authentication.cognito({ tenantClaim }),
  })),
  'OidcAuthenticationProps.issuer': each('https://a.example.com', 'https://b.example.com', (issuer) =>
    oidc({ issuer }),
  ),
  'OidcAuthenticationProps.audience': each('a', 'b', (audience) => oidc({ audience })),
  'OidcAuthenticationProps.keysUrl': each('https://a.example.com', 'https://b.example.com', (keysUrl) =>
    oidc({ keysUrl }),
  ),
  'OidcAuthenticationProps.algorithms': each(['RS256'], ['ES256'], (algorithms) => oidc({ algorithms })),
  'OidcAuthenticationProps.tenantClaim': each('tenant', 'azp', (tenantClaim) => oidc({ tenantClaim })),
  'HttpLaneOptions.compute': each(exampleFargate(), HttpCompute.lambda(), (compute) => http({ compute })),
  'HttpLaneOptions.redirectHttp': each(false, true, (redirectHttp) => http({ redirectHttp })),
  'HttpLaneOptions.securityHeaders': each({}, { strictTransportSecurity: 'max-age=1' }, (securityHeaders) =>
    http({ securityHeaders }),
  ),
  'HttpLaneOptions.idleTimeout': each(Duration.seconds(60), Duration.seconds(90), (idleTimeout) =>
    http({ idleTimeout }),
  ),
  'HttpLaneOptions.accessLogs': each(true, false, (accessLogs) => http({ accessLogs })),
  'HttpLaneOptions.webAcl': each({}, undefined, (webAcl) => http({ webAcl })),
  'SecurityHeaders.strictTransportSecurity': each('max-age=1', 'max-age=2', (strictTransportSecurity) =>
    http({ securityHeaders: { strictTransportSecurity } }),
  ),
  'SecurityHeaders.contentSecurityPolicy': each("default-src 'none'", "default-src 'self'", (contentSecurityPolicy) =>
    http({ securityHeaders: { contentSecurityPolicy } }),
  ),
  'SecurityHeaders.xFrameOptions': each(HeadersFrameOption.DENY, HeadersFrameOption.SAMEORIGIN, (xFrameOptions) =>
    http({ securityHeaders: { xFrameOptions } }),
  ),
  'WebAclOptions.rateLimit': each(2000, 100, (rateLimit) => http({ webAcl: { rateLimit } })),
  'LaneVpcOptions.availabilityZones': ['ab', 'abc', 'ac', 'cb'].map((letters) => () => ({
    network: LaneNetwork.create({ availabilityZones: [...letters].map((letter) => `us-east-1${letter}`) }),
  })),
  'LaneVpcOptions.egress': [Egress.nat(), Egress.nat(1), Egress.interfaceEndpoints()].map((egress) => () => ({
    authentication: Authentication.none(),
    network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'], egress }),
  })),
  'FargateComputeProps.image': each('example/a', 'example/b', (image) =>
    fargate({ image: ContainerImage.fromRegistry(image) }),
  ),
  'FargateComputeProps.containerPort': each(8080, 3000, (containerPort) => fargate({ containerPort })),
  'FargateComputeProps.cpu': each(256, 512, (cpu) => fargate({ cpu, memoryLimitMiB: 1024 })),
  'FargateComputeProps.memoryLimitMiB': each(512, 1024, (memoryLimitMiB) => fargate({ memoryLimitMiB })),
  'FargateComputeProps.cpuArchitecture': each(CpuArchitecture.ARM64, CpuArchitecture.X86_64, (cpuArchitecture) =>
    fargate({ cpuArchitecture }),
  ),
  'FargateComputeProps.readonlyRootFilesystem': each(true, false, (readonlyRootFilesystem) =>
    fargate({ readonlyRootFilesystem }),
  ),
  'FargateComputeProps.user': each('1000', 'app', (user) => fargate({ user })),
  'FargateComputeProps.environment': each<Record<string, string>>({}, { NAME: 'value' }, (environment) =>
    fargate({ environment }),
  ),
  'FargateComputeProps.healthCheckPath': each('/health', '/up', (healthCheckPath) => fargate({ healthCheckPath })),
  'FargateComputeProps.routingAlgorithm': each(
    RoutingAlgorithm.leastOutstandingRequests(),
    RoutingAlgorithm.roundRobin(Duration.seconds(30)),
    (routingAlgorithm) => fargate({ routingAlgorithm }),
  ),
  'FargateComputeProps.drain': each(Duration.seconds(30), Duration.seconds(60), (drain) => fargate({ drain })),
  'FargateComputeProps.scaling': each({}, { maxCapacity: 5 }, (scaling) => fargate({ scaling })),
  'FargateScaling.minCapacity': each(2, 3, (minCapacity) => scaling({ minCapacity })),
  'FargateScaling.maxCapacity': each(10, 5, (maxCapacity) => scaling({ maxCapacity })),
  'FargateScaling.requestsPerTarget': each(3000, 100, (requestsPerTarget) => scaling({ requestsPerTarget })),
  'FargateScaling.targetUtilizationPercent': each(60, 50, (targetUtilizationPercent) =>
    scaling({ targetUtilizationPercent }),
  ),
  'FargateScaling.scaleOutCooldown': each(Duration.seconds(15), Duration.seconds(30), (scaleOutCooldown) =>
    scaling({ scaleOutCooldown }),
  ),
  'FargateScaling.scaleInCooldown': each(Duration.minutes(5), Duration.minutes(6), (scaleInCooldown) =>
    scaling({ scaleInCooldown }),
  ),
  'LambdaComputeProps.entry': each(undefined, 'lambda/connect.handler.ts', (entry) => lambda({ entry })),
  'LambdaComputeProps.environment': each<Record<string, string>>({}, { NAME: 'value' }, (environment) =>
    lambda({ environment }),
  ),
  'LambdaComputeProps.timeout': each(Duration.seconds(29), Duration.seconds(10), (timeout) => lambda({ timeout })),
  'LambdaComputeProps.reservedConcurrency': each(100, 50, (reservedConcurrency) => lambda({ reservedConcurrency })),
  'WebSocketLaneOptions.entry': [() => webSocket({}), () => servers({})],
  'ApiGatewayEntryProps.routes': [
    () => webSocket({}),
    () => webSocket({ routes: { chat: LaneRoute.bundled({ entry: ENTRY }) } }),
    () => webSocket({ routes: { play: LaneRoute.bundled({ entry: ENTRY }) } }),
    (stack) => webSocket({ routes: { chat: LaneRoute.function(existingFunction(stack)) } }),
  ],
  'BundledRouteProps.entry': each(ENTRY, 'lambda/connect.handler.ts', (entry) => route({ entry })),
  'BundledRouteProps.session': each(false, true, (session) => route({ session })),
  'BundledRouteProps.environment': each<Record<string, string>>({}, { NAME: 'value' }, (environment) =>
    route({ environment }),
  ),
  'LaneRouteOptions.returnResponse': each(true, false, (returnResponse) => route({ returnResponse })),
  'ApiGatewayEntryProps.authorizer': [
    () => webSocket({}),
    (stack) => webSocket({ authorizer: new WebSocketLambdaAuthorizer('Authorizer', existingFunction(stack)) }),
  ],
  'ApiGatewayEntryProps.throttle': each({}, { rateLimit: 10, burstLimit: 10 }, (throttle) => webSocket({ throttle })),
  'ApiGatewayEntryProps.accountLoggingRole': each(false, true, (accountLoggingRole) =>
    webSocket({ accountLoggingRole }),
  ),
  'ApiGatewayEntryProps.connect': FUNCTION.map((connect) => () => webSocket({ connect })),
  'ApiGatewayEntryProps.disconnect': FUNCTION.map((disconnect) => () => webSocket({ disconnect })),
  'ApiGatewayEntryProps.message': FUNCTION.map((message) => () => webSocket({ message })),
  'LaneThrottle.rateLimit': each(1000, 10, (rateLimit) => webSocket({ throttle: { rateLimit } })),
  'LaneThrottle.burstLimit': each(500, 10, (burstLimit) => webSocket({ throttle: { burstLimit } })),
  'TwinlaneProps.gateway': [() => ({}), () => cloudFront({}), () => oneLoadBalancer()],
  'DomainsProps.gateway': [() => ({}), () => cloudFront({})],
  'CloudFrontGatewayProps.hostName': each('app.example.com', 'www.example.com', (hostName) => cloudFront({ hostName })),
  'CloudFrontGatewayProps.page': each(undefined, PAGE, (page) => cloudFront({ page })),
  'CloudFrontGatewayProps.contentSecurityPolicy': each(undefined, "default-src 'self'", (contentSecurityPolicy) =>
    cloudFront({ page: PAGE, contentSecurityPolicy }),
  ),
  'CloudFrontGatewayProps.internalLoadBalancers': [
    () => cloudFront({}, servers({})),
    () => cloudFront({ internalLoadBalancers: false }, servers({})),
  ],
  'CloudFrontGatewayProps.certificate': [
    () => cloudFront({}),
    (stack) => cloudFront({ certificate: exampleCertificate(stack) }),
  ],
  'CloudFrontGatewayProps.webAcl': each(undefined, { rateLimit: 100 }, (webAcl) => cloudFront({ webAcl })),
  'CloudFrontGatewayProps.webAclArn': each(
    undefined,
    'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/0a1b',
    (webAclArn) => cloudFront({ webAclArn }),
  ),
  'ServersEntryProps.image': [
    () => servers({}),
    () => servers({ image: ContainerImage.fromRegistry('example/sockets:2') }),
  ],
  'ServersEntryProps.containerPort': each(8080, 3000, (containerPort) => servers({ ...FOREIGN, containerPort })),
  'ServersEntryProps.cpu': each(256, 512, (cpu) => servers({ cpu, memoryLimitMiB: 1024 })),
  'ServersEntryProps.memoryLimitMiB': each(512, 1024, (memoryLimitMiB) => servers({ memoryLimitMiB })),
  'ServersEntryProps.cpuArchitecture': each(CpuArchitecture.ARM64, CpuArchitecture.X86_64, (cpuArchitecture) =>
    servers({ ...FOREIGN, cpuArchitecture }),
  ),
  'ServersEntryProps.connectionsPerTask': each(5000, 2000, (connectionsPerTask) => servers({ connectionsPerTask })),
  'ServersEntryProps.scaling': each({}, { minCapacity: 3 }, (scaling) => servers({ scaling })),
  'ServersEntryProps.drain': each(Duration.seconds(100), Duration.seconds(60), (drain) => servers({ drain })),
  'ServersEntryProps.loadBalancer': each(ServersLoadBalancer.own(), ServersLoadBalancer.shared(), (loadBalancer) => ({
    ...servers({ loadBalancer }),
    ...http({ idleTimeout: Duration.minutes(10) }),
  })),
  'ServersEntryProps.healthCheckPath': each('/health', '/healthz', (healthCheckPath) => servers({ healthCheckPath })),
  'ServersEntryProps.user': each('1000', 'app', (user) => servers({ ...FOREIGN, user })),
  'ServersEntryProps.readonlyRootFilesystem': each(true, false, (readonlyRootFilesystem) =>
    servers({ readonlyRootFilesystem }),
  ),
  'ServersEntryProps.environment': each<Record<string, string>>({}, { NAME: 'value' }, (environment) =>
    servers({ environment }),
  ),
  'ServersScaling.minCapacity': each(2, 3, (minCapacity) => servers({ scaling: { minCapacity } })),
  'ServersScaling.maxCapacity': each(10, 20, (maxCapacity) => servers({ scaling: { maxCapacity } })),
  'ServersScaling.targetConnectionsPercent': each(60, 50, (targetConnectionsPercent) =>
    servers({ scaling: { targetConnectionsPercent } }),
  ),
  'ServersScaling.targetUtilizationPercent': each(60, 50, (targetUtilizationPercent) =>
    servers({ scaling: { targetUtilizationPercent } }),
  ),
  'ServersScaling.scaleOutCooldown': each(Duration.seconds(15), Duration.seconds(30), (scaleOutCooldown) =>
    servers({ scaling: { scaleOutCooldown } }),
  ),
  'ServersScaling.scaleInCooldown': each(Duration.minutes(10), Duration.minutes(11), (scaleInCooldown) =>
    servers({ scaling: { scaleInCooldown } }),
  ),
  'OwnLoadBalancerOptions.accessLogs': each(true, false, (accessLogs) =>
    servers({ loadBalancer: ServersLoadBalancer.own({ accessLogs }) }),
  ),
  'LaneFunctionOptions.memorySize': each(Size.mebibytes(512), Size.mebibytes(1024), (memorySize) =>
    webSocket({ message: { memorySize } }),
  ),
  'LaneFunctionOptions.timeout': each(Duration.seconds(10), Duration.seconds(20), (timeout) =>
    webSocket({ message: { timeout } }),
  ),
  'LaneFunctionOptions.tracing': each(false, true, (tracing) => webSocket({ message: { tracing } })),
  'LaneFunctionOptions.reservedConcurrency': each(undefined, 10, (reservedConcurrency) =>
    webSocket({ message: { reservedConcurrency } }),
  ),
  'LaneFunctionOptions.provisionedConcurrency': each(
    undefined,
    { minCapacity: 1, maxCapacity: 5 },
    (provisionedConcurrency) => webSocket({ message: { provisionedConcurrency } }),
  ),
  'LaneFunctionOptions.deployment': each(undefined, {}, (deployment) => webSocket({ message: { deployment } })),
  'ProvisionedConcurrency.minCapacity': each(1, 2, (minCapacity) =>
    webSocket({ message: { provisionedConcurrency: { minCapacity, maxCapacity: 5 } } }),
  ),
  'ProvisionedConcurrency.maxCapacity': each(5, 6, (maxCapacity) =>
    webSocket({ message: { provisionedConcurrency: { minCapacity: 1, maxCapacity } } }),
  ),
  'ProvisionedConcurrency.utilizationTarget': each(0.7, 0.5, (utilizationTarget) =>
    webSocket({ message: { provisionedConcurrency: { minCapacity: 1, maxCapacity: 5, utilizationTarget } } }),
  ),
  'DeliveryOptions.maxBatchingWindow': each(Duration.seconds(0), Duration.seconds(1), (maxBatchingWindow) => ({
    delivery: { maxBatchingWindow },
  })),
  'DeliveryOptions.push': FUNCTION.map((push) => () => ({ delivery: { push } })),
  'DeliveryOptions.dispatch': FUNCTION.map((dispatch) => () => ({ delivery: { dispatch } })),
  'DeliveryOptions.deliver': FUNCTION.map((deliver) => () => ({ delivery: { deliver } })),
};

/** A canary needs the service of this repository, and credentials for another issuer than a user pool. */
function withCanary(canary: Canary | undefined): Partial<TwinlaneProps> {
  return {
    authentication: Authentication.cognito(),
    http: { compute: HttpCompute.fargate() },
    operation: { ...(canary && { canary }) },
  };
}

function each<T>(one: T, other: T, props: (value: T) => Partial<TwinlaneProps> | undefined): readonly Props[] {
  return [one, other].map((value) => () => props(value) ?? {});
}

function http(options: HttpLaneOptions): Partial<TwinlaneProps> {
  return { http: { compute: exampleFargate(), ...options } };
}

function fargate(props: FargateComputeProps): Partial<TwinlaneProps> {
  return http({ compute: exampleFargate(props) });
}

function scaling(options: FargateScaling): Partial<TwinlaneProps> {
  return fargate({ scaling: options });
}

function lambda(props: LambdaComputeProps): Partial<TwinlaneProps> {
  return http({ compute: HttpCompute.lambda(props) });
}

function webSocket(options: ApiGatewayEntryProps): Partial<TwinlaneProps> {
  return { webSocket: withApi(options) };
}

function servers(props: ServersEntryProps): Partial<TwinlaneProps> {
  return { webSocket: { entry: WebSocketEntry.servers(props) } };
}

function route(props: Partial<BundledRouteProps>): Partial<TwinlaneProps> {
  return webSocket({ routes: { chat: LaneRoute.bundled({ entry: ENTRY, ...props }) } });
}

/** A gateway in front of an API, or of the entry of `others`. */
function cloudFront(
  options: Partial<CloudFrontGatewayProps>,
  others: Partial<TwinlaneProps> = {},
): Partial<TwinlaneProps> {
  return { ...others, gateway: Gateway.cloudFront({ hostName: 'app.example.com', ...options }) };
}

function oneLoadBalancer(): Partial<TwinlaneProps> {
  return {
    ...http({ idleTimeout: Duration.minutes(10) }),
    ...servers({ loadBalancer: ServersLoadBalancer.shared() }),
    httpHostName: 'app.example.com',
    webSocketHostName: 'app.example.com',
    gateway: Gateway.loadBalancer(),
  };
}

function oidc(props: Partial<Parameters<typeof Authentication.oidc>[0]>): Partial<TwinlaneProps> {
  return { authentication: Authentication.oidc({ issuer: 'https://a.example.com', audience: 'a', ...props }) };
}

function vpcInThreeZones(stack: Stack): IVpc {
  const subnetsOf = (kind: string) => ['a', 'b', 'c'].map((letter) => `subnet-${kind}-${letter}`);
  return Vpc.fromVpcAttributes(stack, 'GivenVpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    publicSubnetIds: subnetsOf('public'),
    privateSubnetIds: subnetsOf('private'),
  });
}

function existingFunction(stack: Stack) {
  return LambdaFunction.fromFunctionAttributes(stack, 'Existing', {
    functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:existing',
    sameEnvironment: true,
  });
}
