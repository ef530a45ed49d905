import { CfnOutput, Lazy, type Stack } from 'aws-cdk-lib';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { CloudFront } from './gateway/cloud-front';
import { Output } from './outputs';
import type { Twinlane } from './twinlane';
import type { ApiGateway } from './websocket-lane/api-gateway/api-gateway';
import { deliveryFunctions } from './websocket-lane/delivery-functions';

/**
 * Adds the stack outputs that `npm run verify` and operators read, with the names of {@link Output}. The names are unique in
 * a stack, so add the outputs of only one Twinlane.
 *
 * @param stack - the stack that declares the outputs
 * @param twinlane - the lanes that the outputs describe
 */
export function addOutputs(stack: Stack, twinlane: Twinlane): void {
  for (const [name, value] of Object.entries(outputsOf(twinlane))) {
    if (value !== undefined) {
      // The logical id is the name, without prefix and hash.
      new CfnOutput(stack, name, { value }).overrideLogicalId(name);
    }
  }
}

function outputsOf(twinlane: Twinlane): Record<string, string | undefined> {
  const { domains, messageLog, admission, httpLane, webSocketLane, delivery, revocation, retention } = twinlane;
  const httpScaling = httpLane.compute.scaling;
  // Called when the template is written, because routes can be added until then.
  const webSocketFunctions = () => [...webSocketLane.entry.functions, ...deliveryFunctions(twinlane)];
  const functions = () => [...(httpLane.compute.function ? [httpLane.compute.function] : []), ...webSocketFunctions()];
  const tokens = admission.authentication?.tokens;
  const { apiGateway, servers } = webSocketLane;

  return {
    [Output.HTTP_URL]: httpLane.url,
    [Output.WEBSOCKET_URL]: webSocketLane.url,
    ...gatewayOutputs(twinlane),
    [Output.HOSTED_ZONE_ID]: domains.http.hostedZone?.hostedZoneId,
    ...aliasTargetsOf(twinlane),
    [Output.HTTP_CERTIFICATE_ARN]: domains.http.certificate.certificateArn,
    [Output.WEBSOCKET_CERTIFICATE_ARN]: domains.webSocket.certificate.certificateArn,
    [Output.LOAD_BALANCER_ARN]: httpLane.loadBalancer.loadBalancerArn,
    [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: httpLane.loadBalancer.ipAddressType,
    [Output.WEB_ACL_ARN]: httpLane.webAcl?.webAclArn,
    [Output.LISTENER_ARN]: httpLane.listener.listenerArn,
    [Output.TARGET_GROUP_ARN]: httpLane.compute.targetGroup.targetGroupArn,
    [Output.HTTP_SCALABLE_TARGET]: httpScaling?.resourceId,
    [Output.HTTP_CAPACITY]: httpScaling && `${httpScaling.minCapacity}-${httpScaling.maxCapacity}`,
    ...(apiGateway && {
      [Output.WEBSOCKET_API_ID]: apiGateway.api.apiId,
      [Output.WEBSOCKET_STAGE]: apiGateway.stage.stageName,
      [Output.WEBSOCKET_RATE_LIMIT]: `${apiGateway.throttle.rateLimit}`,
      [Output.WEBSOCKET_BURST_LIMIT]: `${apiGateway.throttle.burstLimit}`,
      [Output.MANAGEMENT_ENDPOINT]: apiGateway.managementEndpoint,
      [Output.MANAGEMENT_CERTIFICATE_ARN]: domains.webSocket.certificate.certificateArn,
    }),
    ...(servers && {
      [Output.WEBSOCKET_LOAD_BALANCER_ARN]: servers.loadBalancer.loadBalancerArn,
      [Output.WEBSOCKET_LISTENER_ARN]: servers.listener.listenerArn,
      [Output.WEBSOCKET_TARGET_GROUP_ARN]: servers.targetGroup.targetGroupArn,
    }),
    ...(servers?.functionNetwork && {
      [Output.POSTING_SECURITY_GROUP]: listOf(servers.functionNetwork.securityGroups.map((one) => one.securityGroupId)),
      [Output.POSTING_FUNCTIONS]: listed(() =>
        webSocketFunctions().flatMap((fn) => (fn.function.isBoundToVpc ? [fn.function.functionName] : [])),
      ),
    }),
    [Output.WEBSOCKET_SCALABLE_TARGETS]: listed(() =>
      [...(servers ? [servers] : []), ...webSocketFunctions()].flatMap(({ scaling }) =>
        scaling ? [`${scaling.resourceId}=${scaling.minCapacity}-${scaling.maxCapacity}`] : [],
      ),
    ),
    [Output.FUNCTIONS]: listed(() =>
      functions().map((fn) => `${fn.function.functionName}=${fn.reservedConcurrency ?? ''}`),
    ),
    [Output.UNTRACED_FUNCTIONS]: listed(() =>
      functions()
        .filter((fn) => !fn.tracing)
        .map((fn) => fn.function.functionName),
    ),
    [Output.TOKEN_ISSUER]: tokens?.issuer,
    [Output.TOKEN_AUDIENCE]: tokens?.audience,
    [Output.TOKEN_KEYS_URL]: tokens?.keysUrl,
    [Output.TOKEN_ALGORITHMS]: tokens?.algorithms.join(','),
    [Output.MESSAGE_LOG_TABLE]: messageLog.table.tableName,
    [Output.CONNECTION_TABLE]: webSocketLane.connectionTable.table.tableName,
    [Output.ADMISSION_TABLE]: admission.table?.tableName,
    [Output.HINT_QUEUE_URL]: messageLog.hintQueue.queueUrl,
    [Output.DELIVERY_QUEUE_URL]: delivery?.queue.queueUrl,
    [Output.DEAD_LETTER_QUEUE_URLS]: listOf(
      [
        ...(delivery ? [delivery.deadLetterQueues.dispatch, delivery.deadLetterQueues.deliver] : []),
        ...(revocation ? [revocation.deadLetterQueue] : []),
      ].map(({ queueUrl }) => queueUrl),
    ),
    ...operationOutputs(twinlane),
    [Output.DELETION_PROTECTION]: `${retention.deletionProtection}`,
  };
}

/** Outputs of the alarms, the dashboard and the canary, for the checks of `npm run verify`. */
function operationOutputs({ operation }: Twinlane): Record<string, string | undefined> {
  return operation
    ? {
        [Output.ALARM_TOPIC_ARN]: operation.alarmTopic.topicArn,
        [Output.HEALTH_ALARMS]: listOf(operation.notifyingAlarms.map(({ alarmName }) => alarmName)),
        [Output.ROLLBACK_ALARM_ARNS]: listOf(operation.rollbackAlarms.map(({ alarmArn }) => alarmArn)),
        [Output.DEPLOYMENT_ALARMS]: `${operation.deploymentAlarms}`,
        [Output.DASHBOARD_NAME]: operation.dashboard?.dashboard.dashboardName,
        [Output.CANARY_SECRET_ARN]: operation.canary?.credentials?.secretArn,
        [Output.CANARY_FUNCTION]: operation.canary?.function?.function.functionName,
        [Output.CANARY_NAME]: operation.canary?.synthetics?.canaryName,
      }
    : {};
}

/** Outputs of a distribution in front of both lanes. A load balancer as the gateway is that of the HTTP lane, and has its outputs. */
function gatewayOutputs({ gateway, domains }: Twinlane): Record<string, string | undefined> {
  if (!(gateway instanceof CloudFront)) {
    return {};
  }
  const { distribution, certificate, page } = gateway;
  return {
    [Output.HTTP_HOST]: domains.http.hostName,
    [Output.WEBSOCKET_HOST]: domains.webSocket.hostName,
    [Output.GATEWAY_DISTRIBUTION_ID]: distribution.distributionId,
    [Output.GATEWAY_ALIAS_TARGET]: distribution.distributionDomainName,
    [Output.GATEWAY_ALIAS_TARGET_ZONE_ID]: CloudFrontTarget.getHostedZoneId(gateway),
    [Output.GATEWAY_CERTIFICATE_ARN]: certificate.certificateArn,
    [Output.GATEWAY_PAGE_BUCKET]: page?.bucket.bucketName,
  };
}

/** The targets of the records of each host, for records that are created elsewhere. */
function aliasTargetsOf({ gateway, httpLane, webSocketLane }: Twinlane): Record<string, string | undefined> {
  const { apiGateway, servers } = webSocketLane;
  const targetUnlessInternal = gateway?.internalLoadBalancers ? () => undefined : targetOf;
  const http = targetUnlessInternal(httpLane.loadBalancer);
  const webSocket = servers && targetUnlessInternal(servers.loadBalancer);
  return {
    ...(http && {
      [Output.HTTP_ALIAS_TARGET]: http.name,
      [Output.HTTP_ALIAS_TARGET_ZONE_ID]: http.zoneId,
    }),
    ...(webSocket && {
      [Output.WEBSOCKET_ALIAS_TARGET]: webSocket.name,
      [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: webSocket.zoneId,
    }),
    ...(apiGateway && targetsOfApi(apiGateway)),
  };
}

function targetOf({ loadBalancerDnsName, loadBalancerCanonicalHostedZoneId }: IApplicationLoadBalancer) {
  // The prefix makes the name resolve to IPv6 addresses, too.
  return { name: `dualstack.${loadBalancerDnsName}`, zoneId: loadBalancerCanonicalHostedZoneId };
}

function targetsOfApi({ domainName }: ApiGateway): Record<string, string | undefined> {
  return {
    [Output.WEBSOCKET_ALIAS_TARGET]: domainName.regionalDomainName,
    [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: domainName.regionalHostedZoneId,
  };
}

/** An output cannot be removed after it was created, so an empty list is written as `none`. */
function listed(values: () => readonly string[]): string {
  return Lazy.string({ produce: () => listOf(values()) });
}

function listOf(values: readonly string[]): string {
  return values.join(',') || 'none';
}
