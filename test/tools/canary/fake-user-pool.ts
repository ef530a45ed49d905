import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Refused } from './refused';

interface User {
  readonly email: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  password?: string;
  /** Verified key of the software token. */
  key?: Buffer;
  /** The last code of the software token, which is accepted only once. */
  usedCode?: string;
}

interface Session {
  readonly user: User;
  readonly step: 'setup' | 'associated' | 'verified' | 'code';
  readonly key?: Buffer;
}

type Input = Readonly<Record<string, unknown>>;
type Attribute = { readonly Name: string; readonly Value: string };

/**
 * A user pool with the rules of LaneUserPool: users have an e-mail address as name, MFA with a software token is required, and
 * passwords have 12 characters of all kinds. As strict as Cognito: sessions are for one step, and a registered token cannot be reset.
 */
export class FakeUserPool {
  readonly users = new Map<string, User>();
  readonly invitations: string[] = [];
  allowsAdminSignIn = true;
  requiresMfa = true;
  /** Configuration that the pool returns. */
  mfaConfig: object = { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } };
  private readonly sessions = new Map<string, Session>();

  constructor(
    private readonly id: string,
    private readonly client: string,
  ) {}

  /** Adds a user that somebody created. */
  add(email: string, attributes: Readonly<Record<string, string>>): User {
    const user = { email, id: randomUUID(), attributes };
    this.users.set(email, user);
    return user;
  }

  /** @returns true for the password and the key of the software token of a user */
  accepts(email: string, password: string, totpSecret: string): boolean {
    const user = this.users.get(email);
    return user?.password === password && user.key !== undefined && base32(user.key) === totpSecret;
  }

  perform(action: string, input: Input): object {
    if ('UserPoolId' in input && input.UserPoolId !== this.id) {
      throw new Refused('ResourceNotFoundException', `User pool ${input.UserPoolId} does not exist.`);
    }
    if ('ClientId' in input && input.ClientId !== this.client) {
      throw new Refused('ResourceNotFoundException', `User pool client ${input.ClientId} does not exist.`);
    }
    switch (action) {
      case 'GetUserPoolMfaConfig':
        return this.mfaConfig;
      case 'AdminGetUser':
        return this.described(this.named(input.Username));
      case 'AdminDeleteUser':
        this.users.delete(this.named(input.Username).email);
        return {};
      case 'AdminCreateUser':
        return this.created(input);
      case 'AdminSetUserPassword':
        return this.withPassword(input);
      case 'AdminInitiateAuth':
        return this.challenge(input);
      case 'AssociateSoftwareToken':
        return this.associated(input);
      case 'VerifySoftwareToken':
        return this.verified(input);
      case 'AdminRespondToAuthChallenge':
        return this.signedIn(input);
      default:
        throw new Refused('UnknownOperationException', action);
    }
  }

  private named(name: unknown): User {
    const user = this.users.get(`${name}`);
    if (!user) {
      throw new Refused('UserNotFoundException', 'User does not exist.');
    }
    return user;
  }

  private described({ id, attributes, password }: User): object {
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    return {
      ...{ Username: id, UserAttributes, Enabled: true },
      UserStatus: password === undefined ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
    };
  }

  private created({ Username, MessageAction, UserAttributes }: Input): object {
    const email = `${Username}`;
    if (!email.includes('@')) {
      throw new Refused('InvalidParameterException', 'Username should be an email.');
    }
    if (this.users.has(email)) {
      throw new Refused('UsernameExistsException', 'User account already exists');
    }
    if (MessageAction !== 'SUPPRESS') {
      this.invitations.push(email);
    }
    const attributes = Object.fromEntries((UserAttributes as Attribute[]).map(({ Name, Value }) => [Name, Value]));
    return { User: this.described(this.add(email, attributes)) };
  }

  private withPassword({ Username, Password, Permanent }: Input): object {
    const user = this.named(Username);
    const password = `${Password}`;
    if (
      password.length < 12 ||
      ![/[a-z]/, /[A-Z]/, /\d/, /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/].every((kind) => kind.test(password))
    ) {
      throw new Refused('InvalidPasswordException', 'Password did not conform with policy');
    }
    if (Permanent === true) {
      user.password = password;
    }
    return {};
  }

  private challenge({ AuthFlow, AuthParameters }: Input): object {
    if (AuthFlow !== 'ADMIN_USER_PASSWORD_AUTH' || !this.allowsAdminSignIn) {
      throw new Refused('InvalidParameterException', 'Auth flow not enabled for this client');
    }
    const { USERNAME, PASSWORD } = AuthParameters as Record<string, string>;
    const user = this.named(USERNAME);
    if (user.password !== PASSWORD) {
      throw new Refused('NotAuthorizedException', 'Incorrect username or password.');
    }
    if (!this.requiresMfa) {
      return { AuthenticationResult: { IdToken: 'token' } };
    }
    const parameters = { USER_ID_FOR_SRP: user.id };
    return user.key
      ? {
          ChallengeName: 'SOFTWARE_TOKEN_MFA',
          Session: this.session({ user, step: 'code' }),
          ChallengeParameters: parameters,
        }
      : {
          ChallengeName: 'MFA_SETUP',
          Session: this.session({ user, step: 'setup' }),
          ChallengeParameters: { ...parameters, MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
        };
  }

  private associated({ Session }: Input): object {
    const { user } = this.used(Session, 'setup');
    const key = randomBytes(32);
    return { SecretCode: base32(key), Session: this.session({ user, step: 'associated', key }) };
  }

  private verified({ Session, UserCode }: Input): object {
    const { user, key = Buffer.alloc(0) } = this.used(Session, 'associated');
    if (!isCode(key, UserCode)) {
      throw new Refused('EnableSoftwareTokenMFAException', 'Code mismatch');
    }
    user.usedCode = `${UserCode}`;
    user.key = key;
    return { Status: 'SUCCESS', Session: this.session({ user, step: 'verified' }) };
  }

  private signedIn({ ChallengeName, ChallengeResponses, Session }: Input): object {
    const isSetup = ChallengeName === 'MFA_SETUP';
    const { user } = this.used(Session, isSetup ? 'verified' : 'code');
    const { USERNAME, SOFTWARE_TOKEN_MFA_CODE: code } = ChallengeResponses as Record<string, string>;
    if (USERNAME !== user.id) {
      throw new Refused('InvalidParameterException', 'The username must be that of the user, not an alias.');
    }
    if (!isSetup && (!user.key || !isCode(user.key, code))) {
      throw new Refused('CodeMismatchException', 'Invalid code received for user');
    }
    if (!isSetup && code === user.usedCode) {
      throw new Refused('ExpiredCodeException', 'Your software token has already been used once.');
    }
    return { AuthenticationResult: { IdToken: 'token', AccessToken: 'token' } };
  }

  private session(session: Session): string {
    const name = `session-${randomUUID()}`;
    this.sessions.set(name, session);
    return name;
  }

  /** A session is for one call. */
  private used(name: unknown, step: Session['step']): Session {
    const session = this.sessions.get(`${name}`);
    this.sessions.delete(`${name}`);
    if (session?.step !== step) {
      throw new Refused('NotAuthorizedException', 'Invalid session for the user.');
    }
    return session;
  }
}

/** @returns true for the code of now, of the 30 seconds before, or of those after */
function isCode(key: Buffer, code: unknown): boolean {
  const window = Math.floor(Date.now() / 30_000);
  return [window - 1, window, window + 1].some((one) => codeOf(key, one) === code);
}

/** RFC 6238 with SHA-1, six digits. @param window - number of 30 seconds since 1970 */
function codeOf(key: Buffer, window: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(window));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return `${(hash.readUInt32BE(offset) & 0x7fffffff) % 1e6}`.padStart(6, '0');
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
