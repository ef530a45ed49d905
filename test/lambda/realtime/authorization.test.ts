import fc from 'fast-check';
import { type Action, authorized, isAllowed, topicKey, topicOf } from '../../../lambda/realtime/authorization';
import { ANYONE, type Principal } from '../../../lambda/realtime/principal';
import { isTopic } from '../../../lambda/realtime/protocol';
import { Refused } from '../../../lambda/realtime/refused';

const ALL: Action[] = ['read', 'subscribe', 'publish'];
const tenants = fc.stringMatching(/^[A-Za-z0-9._:@|-]{1,12}$/);
const topics = fc.stringMatching(/^[A-Za-z0-9]+([._:-][A-Za-z0-9]+)*$/).filter(isTopic);

const withScopes = (...scopes: string[]): Principal => ({ ...ANYONE, tenant: 'acme', scopes });
const allowed = (principal: Principal) => ALL.filter((action) => isAllowed(principal, action, 'news'));

it.each<[string[], Action[]]>([
  [[], ALL],
  [['openid', 'email'], ALL],
  [['topics:read'], ['read', 'subscribe']],
  [['topics:write'], ['publish']],
  [['topics:read', 'topics:write'], ALL],
  [['topics:none'], []],
  [['topics:READ'], []],
])('lets a token with the scopes %j %j', (scopes, actions) => {
  expect(allowed(withScopes(...scopes))).toEqual(actions);
});

it('gives the name in the tables only to who may', () => {
  expect(authorized(withScopes('topics:read'), 'read', 'news')).toBe('acme/news');
  expect(() => authorized(withScopes('topics:read'), 'publish', 'news')).toThrow(Refused);
});

it('leaves the names of topics alone where nobody is authenticated', () => {
  expect(topicKey(ANYONE, 'news')).toBe('news');
  expect(topicOf('news')).toBe('news');
});

it('never gives topics of two tenants one name, and always gives the name back', () => {
  fc.assert(
    fc.property(tenants, topics, tenants, topics, (tenant, topic, otherTenant, otherTopic) => {
      const [key, other] = [topicKey({ tenant }, topic), topicKey({ tenant: otherTenant }, otherTopic)];
      expect(topicOf(key)).toBe(topic);
      expect(key === other).toBe(tenant === otherTenant && topic === otherTopic);
      expect(key).not.toBe(topicKey(ANYONE, otherTopic));
    }),
  );
});
