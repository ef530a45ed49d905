import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { emptyDirectory, synthesized } from '../../assembly/assembly-directory';

/** Runs the code that it receives as the body of a request. `print` of the code is the response, and so is an error. */
const CALLER = `
exports.handler = async ({ body }) => {
  const AsyncFunction = (async () => {}).constructor;
  try {
    const result = await new AsyncFunction('require', 'at', body)(require, __dirname);
    return { statusCode: 200, body: JSON.stringify({ result }) };
  } catch (error) {
    const { name, code, message } = error.cause ?? error;
    return { statusCode: 200, body: JSON.stringify({ error: { name, code, message } }) };
  }
};`;

/** Prints the status of a request to the host in its argument, or the code of the error. */
const PROGRAM = `
require('node:https').get(process.argv[2], (response) => process.stdout.write(String(response.resume().statusCode)))
  .on('error', ({ code }) => process.stdout.write(code));`;

/** Sends the status of a request to its parent. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
fetch(workerData).then(({ status }) => parentPort.postMessage(status), ({ cause }) => parentPort.postMessage(cause.code));`;

/**
 * An app with a function that calls whatever a test asks for, at port 80 of a load balancer.
 *
 * @param preload - a file that its processes load before the function
 * @returns the folder of its assembly
 */
export function callsApp(preload: string): string {
  return synthesized((app) => void new CallsStack(app, 'Calls', preload));
}

class CallsStack extends Stack {
  constructor(scope: App, id: string, preload: string) {
    super(scope, id, { env: { region: 'eu-west-1', account: '111122223333' } });
    const folder = emptyDirectory();
    mkdirSync(join(folder, 'programs'));
    writeFileSync(join(folder, 'index.js'), CALLER);
    writeFileSync(join(folder, 'programs/get.js'), PROGRAM);
    writeFileSync(join(folder, 'programs/worker.js'), WORKER);
    buildSync({
      stdin: { contents: `export { CognitoJwtVerifier } from 'aws-jwt-verify';`, resolveDir: __dirname },
      outfile: join(folder, 'programs/verifier.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    const pool = new UserPool(this, 'Pool');
    const client = pool.addClient('Client');
    const table = new Table(this, 'Table', {
      tableName: 'things',
      partitionKey: { name: 'id', type: AttributeType.STRING },
    });
    const api = new WebSocketApi(this, 'Api');
    const stage = new WebSocketStage(this, 'Stage', { webSocketApi: api, stageName: 'prod', autoDeploy: true });
    const caller = new LambdaFunction(this, 'Caller', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(folder),
      timeout: Duration.seconds(30),
      memorySize: 512,
      environment: {
        API: api.apiId,
        POOL: pool.userPoolId,
        CLIENT: client.userPoolClientId,
        NODE_OPTIONS: `--require=${preload}`,
      },
    });
    table.grantReadWriteData(caller);
    stage.grantManagementApiAccess(caller);
    const vpc = new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0 });
    const loadBalancer = new ApplicationLoadBalancer(this, 'Balancer', { vpc, internetFacing: true });
    loadBalancer.addListener('Http', { port: 80 }).addTargets('Caller', { targets: [new LambdaTarget(caller)] });
    caller.addEnvironment('BALANCER', loadBalancer.loadBalancerDnsName);
  }
}
