import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authorizer, type Blueprint, loadAssembly } from '../../../tools/local';
import { stageStack } from '../../stack/stages';
import { synthesized } from '../../support/cloud-assembly';

const directory = synthesized((app) => void stageStack('dev', {}, app));

const blueprint = loadAssembly(directory);
const log = arnOf(blueprint.tables, 'MessageLogTable');
const connections = arnOf(blueprint.tables, 'ConnectionTable');
const admission = arnOf(blueprint.tables, 'AdmissionTable');
const work = arnOf(blueprint.queues, 'DeliveryQueue');
const [api] = blueprint.webSocketApis;
const post = `arn:aws:execute-api:us-east-1:000000000000:${api?.apiId}/live/POST/@connections/L0SM9cOFvHcCIhw=`;

test.each([
  ['TaskDefinitionTaskRole', 'dynamodb:PutItem', log],
  ['TaskDefinitionTaskRole', 'dynamodb:Query', log],
  ['ConnectRole', 'dynamodb:PutItem', connections],
  ['MessageRole', 'dynamodb:BatchGetItem', log],
  ['DispatchRole', 'dynamodb:BatchGetItem', connections],
  ['DeliverRole', 'dynamodb:Query', connections],
  ['DispatchRole', 'sqs:SendMessage', work],
  ['DeliverRole', 'execute-api:ManageConnections', post],
])('%s has permission for %s', async (role, action, resource) => {
  expect(await authorizerOf(blueprint).authorize(roleOf(role), action, resource)).toMatchObject({ allowed: true });
});

test.each([
  ['TaskDefinitionTaskRole', 'dynamodb:PutItem', connections],
  ['ConnectRole', 'dynamodb:Query', connections],
  ['ConnectRole', 'dynamodb:PutItem', log],
  ['DispatchRole', 'execute-api:ManageConnections', post],
  ['DeliverRole', 'execute-api:ManageConnections', post.replace('POST', 'DELETE')],
])('%s has no permission for %s on a resource that it does not use', async (role, action, resource) => {
  const context = { 'dynamodb:LeadingKeys': ['TOPIC#news'] };
  expect(await authorizerOf(blueprint).authorize(roleOf(role), action, resource, context)).toMatchObject({
    allowed: false,
  });
});

test.each<[string, string, string, boolean]>([
  ['TaskDefinitionTaskRole', 'dynamodb:PutItem', 'TICKET#abc', true],
  ['TaskDefinitionTaskRole', 'dynamodb:PutItem', 'REVOCATION#acme/alice', true],
  ['TaskDefinitionTaskRole', 'dynamodb:UpdateItem', 'RATE_LIMIT#acme/alice', true],
  ['TaskDefinitionTaskRole', 'dynamodb:UpdateItem', 'REVOCATION#acme/alice', false],
  ['TaskDefinitionTaskRole', 'dynamodb:PutItem', 'CONNECTION#abc', false],
  ['TaskDefinitionTaskRole', 'dynamodb:GetItem', 'TICKET#abc', false],
  ['TaskDefinitionTaskRole', 'dynamodb:DeleteItem', 'TICKET#abc', false],
  ['ConnectRole', 'dynamodb:DeleteItem', 'TICKET#abc', true],
  ['ConnectRole', 'dynamodb:DeleteItem', 'CONNECTION#abc', false],
  ['ConnectRole', 'dynamodb:ConditionCheckItem', 'REVOCATION#acme/alice', true],
  ['ConnectRole', 'dynamodb:DeleteItem', 'REVOCATION#acme/alice', false],
  ['ConnectRole', 'dynamodb:PutItem', 'REVOCATION#acme/alice', false],
  ['ConnectRole', 'dynamodb:UpdateItem', 'REVOCATION#acme/alice', false],
  ['ConnectRole', 'dynamodb:UpdateItem', 'RATE_LIMIT#acme/alice', false],
  ['ConnectRole', 'dynamodb:PutItem', 'TICKET#abc', false],
  ['MessageRole', 'dynamodb:UpdateItem', 'RATE_LIMIT#acme/alice', true],
  ['MessageRole', 'dynamodb:UpdateItem', 'REVOCATION#acme/alice', false],
  ['MessageRole', 'dynamodb:PutItem', 'REVOCATION#acme/alice', false],
  ['MessageRole', 'dynamodb:PutItem', 'CONNECTION#abc', true],
  ['MessageRole', 'dynamodb:PutItem', 'TICKET#abc', false],
  ['MessageRole', 'dynamodb:GetItem', 'TICKET#abc', false],
])('permission of %s for %s of %s in the admission table: %s', async (role, action, key, allowed) => {
  const context = { 'dynamodb:LeadingKeys': [key] };
  const decision = await authorizerOf(blueprint).authorize(roleOf(role), action, admission, context);
  expect(decision).toMatchObject({ allowed });
});

test.each([
  ['RevokeRole', true],
  ['DeliverRole', false],
  ['MessageRole', false],
])('permission of %s to close a connection: %s', async (role, allowed) => {
  const closing = post.replace('POST', 'DELETE');
  const decision = await authorizerOf(blueprint).authorize(roleOf(role), 'execute-api:ManageConnections', closing);
  expect(decision).toMatchObject({ allowed });
});

test('a statement that is removed from the template is denied and suggested', async () => {
  const without = loadAssembly(withoutAction('dynamodb:BatchGetItem'));
  const role = roleOf('MessageRole');
  expect(await authorizerOf(without).authorize(role, 'dynamodb:BatchGetItem', log)).toMatchObject({
    allowed: false,
    statementToAdd: { Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: log },
  });
  expect(await authorizerOf(without).authorize(role, 'dynamodb:GetItem', log)).toMatchObject({ allowed: true });
});

test('the policies of every role can be evaluated with all their references', async () => {
  const authorizer = authorizerOf(blueprint);
  expect(blueprint.roles.length).toBeGreaterThan(5);
  for (const { arn } of blueprint.roles) {
    expect(await authorizer.authorize(arn, 'sqs:PurgeQueue', work)).toMatchObject({ allowed: false });
  }
});

function authorizerOf({ roles }: Blueprint): Authorizer {
  return new Authorizer(roles, 'on');
}

function roleOf(name: string): string {
  return arnOf(blueprint.roles, name);
}

function arnOf(resources: readonly { readonly logicalId: string; readonly arn: string }[], name: string): string {
  const found = resources.find(({ logicalId }) => new RegExp(`${name}[0-9A-F]{8}$`).test(logicalId));
  if (!found) throw new Error(`the app has no ${name}`);
  return found.arn;
}

/** @returns a copy of the assembly in which no policy has the action. */
function withoutAction(action: string): string {
  const copy = synthesized((app) => void stageStack('dev', {}, app));
  const file = join(copy, 'Twinlane-dev.template.json');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`"${action}"`, '"logs:PutLogEvents"'));
  return copy;
}
