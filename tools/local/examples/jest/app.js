const { App, Stack } = require('aws-cdk-lib');
const { WebSocketApi, WebSocketStage } = require('aws-cdk-lib/aws-apigatewayv2');
const { WebSocketLambdaIntegration } = require('aws-cdk-lib/aws-apigatewayv2-integrations');
const { Code, Function, Runtime } = require('aws-cdk-lib/aws-lambda');

const app = new App();
const stack = new Stack(app, 'Echo');
const echo = new Function(stack, 'EchoFunction', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: Code.fromAsset('echo'),
});
const webSocketApi = new WebSocketApi(stack, 'EchoApi');
webSocketApi.addRoute('$default', { integration: new WebSocketLambdaIntegration('Echo', echo), returnResponse: true });
new WebSocketStage(stack, 'EchoStage', { webSocketApi, stageName: 'dev', autoDeploy: true });
app.synth();
