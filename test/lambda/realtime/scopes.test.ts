import { ALL_TOPIC_SCOPES, scopesOf } from '../../../lambda/realtime/scopes';

const REQUIRED = { requireScopes: true };
const OPTIONAL = { requireScopes: false };

/** Scopes for topics that a token with these claims has. */
const forTopics = (claims: object, rules: Parameters<typeof scopesOf>[1]) =>
  scopesOf({ ...claims }, rules)?.filter((scope) => ALL_TOPIC_SCOPES.includes(scope));

describe('the scopes of a token', () => {
  it.each([
    { scope: 'openid topics:read' },
    { scope: '\topenid\r\ntopics:read ' },
    { scope: ['openid', 'topics:read'] },
    { scope: ['openid topics:read'] },
    { scp: 'openid topics:read' },
    { scp: ['openid', 'topics:read'] },
    { scope: 'openid', scp: ['topics:read'] },
    { scope: [], scp: 'openid topics:read' },
  ])('are read from %j, whether or not scopes are required', (claims) => {
    expect(scopesOf(claims, REQUIRED)).toEqual(['openid', 'topics:read']);
    expect(scopesOf(claims, OPTIONAL)).toEqual(['openid', 'topics:read']);
  });

  it.each([7, null, true, {}, { 0: 'topics:read' }, ['topics:read', 7], [['topics:read']], [null]])(
    'cannot be read from %j, so the token is refused',
    (claim) => {
      for (const rules of [REQUIRED, OPTIONAL]) {
        expect(scopesOf({ scope: claim }, rules)).toBeUndefined();
        expect(scopesOf({ scp: claim, scope: 'topics:read topics:write' }, rules)).toBeUndefined();
      }
    },
  );
});

describe('a token without a scope for topics', () => {
  it.each([{}, { scope: '' }, { scope: 'openid email' }, { scp: ['User.Read'] }])(
    'with the claims %j has all scopes for topics only if none is required',
    (claims) => {
      expect(forTopics(claims, OPTIONAL)).toEqual(ALL_TOPIC_SCOPES);
      expect(forTopics(claims, REQUIRED)).toEqual([]);
    },
  );

  it.each([
    'topics:none',
    'topics:READ',
    'Topics:read',
    'https://api.example.com/topics:read',
    'api:topics:read',
    'topics.read',
    'topic:read',
    'topics:read\u200b',
  ])('has none if its scope can be meant for topics: %j', (scope) => {
    expect(forTopics({ scope }, OPTIONAL)).toEqual([]);
  });

  it('has none if it is restricted by details that only the issuer knows', () => {
    expect(forTopics({ authorization_details: [{ type: 'news' }] }, OPTIONAL)).toEqual([]);
    expect(forTopics({ authorization_details: [], scope: 'topics:read' }, OPTIONAL)).toEqual(['topics:read']);
  });
});

describe('with a prefix,', () => {
  const rules = { ...OPTIONAL, scopePrefix: 'https://api.example.com/' };

  it('only the scopes that begin with it count, without it', () => {
    const scope = 'openid topics:write https://api.example.com/topics:read https://other.example.com/topics:write';
    expect(scopesOf({ scope }, rules)).toEqual(['topics:read']);
  });

  it.each(['topics:read', 'https://other.example.com/topics:read', 'https://api.example.com/topics:READ'])(
    'the scope %s gives no access',
    (scope) => {
      expect(forTopics({ scope }, rules)).toEqual([]);
    },
  );

  it('a scope of the API for something else is not a scope for topics', () => {
    const ofNews = { ...OPTIONAL, scopePrefix: 'topics-api/' };
    expect(forTopics({ scope: 'topics-api/profile' }, ofNews)).toEqual(ALL_TOPIC_SCOPES);
  });
});
