export { addOutputs } from './add-outputs';
export {
  Admission,
  type AdmissionAttributes,
  type AdmissionLimits,
  type AdmissionProps,
  type IAdmission,
  type RateLimit,
} from './authentication/admission';
export {
  Authentication,
  type AuthenticationConfig,
  type AuthenticationOptions,
  type CognitoAuthenticationProps,
  type OidcAuthenticationProps,
  type SignInUserPool,
  type TokenRules,
} from './authentication/authentication';
export { LaneUserPool, type LaneUserPoolProps } from './authentication/lane-user-pool';
export { Revocation, type RevocationProps } from './websocket-lane/revocation';
export { BundledFunction, type BundledFunctionProps } from './functions/bundled-function';
export type { BundleOptions } from './functions/bundles';
export { AliasRecords, type AliasRecordsProps } from './domains/alias-records';
export { Domains, type DomainsProps } from './domains/domains';
export { LaneCertificates, type LaneCertificatesConfig, type LaneCertificatesScope } from './domains/lane-certificates';
export type { LaneDomain } from './domains/lane-domain';
export type { LaneGateway } from './domains/lane-gateway';
export { Egress } from './network/egress';
export type { FargateComputeProps, FargateScaling } from './http-lane/fargate-compute-props';
export { HttpCompute } from './http-lane/http-compute';
export type { HttpComputeConfig, HttpComputeContext } from './http-lane/http-compute-config';
export { HttpLane, type HttpLaneOptions, type HttpLaneProps } from './http-lane/http-lane';
export type { LambdaComputeProps } from './http-lane/lambda-compute';
export type { ExistingNetworkOptions } from './network/existing-network-options';
export { LaneNetwork } from './network/lane-network';
export type { LaneNetworkConfig } from './network/lane-network-config';
export type { LaneVpcOptions } from './network/lane-vpc';
export { RoutingAlgorithm } from './load-balancer/routing-algorithm';
export type { SecurityHeaders } from './load-balancer/security-headers';
export type { FunctionNetwork } from './functions/function-network';
export { AliasDeployment, type AliasDeploymentProps, type GradualDeployment } from './functions/gradual-deployment';
export {
  LaneFunction,
  type LaneFunctionOptions,
  type LaneFunctionProps,
  type ProvisionedConcurrency,
} from './functions/lane-function';
export type { LaneScaling } from './functions/lane-scaling';
export { Delivery, type DeliveryOptions, type DeliveryProps } from './websocket-lane/delivery';
export { CloudFront, type CloudFrontProps } from './gateway/cloud-front';
export type { CloudFrontGatewayProps } from './gateway/cloud-front-props';
export { Gateway } from './gateway/gateway';
export type { GatewayConfig, GatewayContext, GatewayOrigin, GatewayOrigins } from './gateway/gateway-config';
export { PageBucket, type PageBucketProps } from './gateway/page-bucket';
export { type IMessageLog, MessageLog, type MessageLogAttributes, type MessageLogProps } from './storage/message-log';
export { Canary } from './operation/canary/canary';
export type { CanaryProps, SyntheticsCanaryProps } from './operation/canary/canary-props';
export type { CanaryConfig, CanaryContext } from './operation/canary/canary-config';
export { AlarmTopic } from './operation/alarm-topic';
export { LaneDashboard, type LaneDashboardProps } from './operation/dashboard/lane-dashboard';
export type { AlarmNaming, LaneAlarm } from './operation/alarms/lane-alarm';
export { LaneHealth, type LaneHealthProps } from './operation/lane-health';
export { Operation, type OperationProps } from './operation/operation';
export type { OperationOptions } from './operation/operation-options';
export type { RefusalReason } from './metrics/lane-metric';
export type { Thresholds } from './operation/alarms/thresholds';
export type { Watched } from './operation/watched';
export { Output } from './outputs';
export type { Retention, RetentionOptions } from './storage/retention';
export { DurableTable, type DurableTableProps } from './storage/durable-table';
export type { Settings } from './settings/settings';
export type { StageSettings } from './settings/shape';
export { Twinlane, type TwinlaneProps } from './twinlane';
export { TwinlaneStack, type TwinlaneStackProps } from './twinlane-stack';
export { WebAcl, type WebAclOptions, type WebAclProps, WebAclScope } from './web-acl';
export { ConnectionTable, type ConnectionTableProps } from './websocket-lane/connection-table';
export { ApiGateway } from './websocket-lane/api-gateway/api-gateway';
export type { ApiGatewayEntryProps } from './websocket-lane/api-gateway/api-gateway-entry-props';
export {
  type BundledRouteProps,
  LaneRoute,
  type LaneRouteConfig,
  type LaneRouteContext,
  type LaneRouteOptions,
} from './websocket-lane/api-gateway/lane-route';
export type { LaneThrottle } from './websocket-lane/api-gateway/lane-throttle';
export type { ServersEntryProps, ServersScaling } from './websocket-lane/servers/servers-entry-props';
export { type OwnLoadBalancerOptions, ServersLoadBalancer } from './websocket-lane/servers/servers-load-balancer';
export { WebSocketServers, type WebSocketServersProps } from './websocket-lane/servers/websocket-servers';
export { WebSocketEntry } from './websocket-lane/websocket-entry';
export type { WebSocketEntryConfig, WebSocketEntryContext } from './websocket-lane/websocket-entry-config';
export { WebSocketLane, type WebSocketLaneOptions, type WebSocketLaneProps } from './websocket-lane/websocket-lane';
