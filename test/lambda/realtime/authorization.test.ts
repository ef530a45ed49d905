import fc from 'fast-check';
import { type Action, authorized, isAllowed, topicKey, topicOf } from '../../../lambda/realtime/authorization';
import { ANYONE, type Principal } from '../../../lambda/realtime/principal';
import { isTopic } from '../../../client/protocol';
import { Refused } from '../../../lambda/realtime/refused';

const ALL: Action[] = ['read', 'subscribe', 'publish'];
const tenants = fc.stringMatching(/^[A-Za-z0-9._:@|-]{1,12}$/);
const topics = fc.stringMatching(/^[A-Za-z0-9]+([._:-][A-Za-z0-9]+)*$/).filter(isTopic);

const withScopes = (...scopes: string[]): Principal => ({ ...ANYONE, tenant: 'acme', scopes });
const allowed = (principal: Principal) => ALL.filter((action) => isAllowed(principal, action, 'news'));

it.each<[string[], Action[]]>([
  [[], []],
  [['openid', 'email'], []],
  [['topics:read'], ['read', 'subscribe']],
  [['topics:write'], ['publish']],
  [['topics:read', 'topics:write'], ALL],
  [['topics:none'], []],
  [['topics:READ'], []],
])('a token with the scopes %j allows the actions %j', (scopes, actions) => {
  expect(allowed(withScopes(...scopes))).toEqual(actions);
});

it('authorized() returns the topic key only if the action is allowed', () => {
  expect(authorized(withScopes('topics:read'), 'read', 'news')).toBe('acme/news');
  expect(() => authorized(withScopes('topics:read'), 'publish', 'news')).toThrow(Refused);
});

it('without authentication, the topic key is the name of the topic', () => {
  expect(topicKey(ANYONE, 'news')).toBe('news');
  expect(topicOf('news')).toBe('news');
});

it('topics of different tenants have different keys, and the name can be restored from the key', () => {
  fc.assert(
    fc.property(tenants, topics, tenants, topics, (tenant, topic, otherTenant, otherTopic) => {
      const [key, other] = [topicKey({ tenant }, topic), topicKey({ tenant: otherTenant }, otherTopic)];
      expect(topicOf(key)).toBe(topic);
      expect(key === other).toBe(tenant === otherTenant && topic === otherTopic);
      expect(key).not.toBe(topicKey(ANYONE, otherTopic));
    }),
  );
});
