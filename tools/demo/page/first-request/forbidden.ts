/** Notices if the content security policy of the page forbids requests to the origin of a URL. */
export class Forbidden {
  seen = false;
  private readonly origin: string;

  constructor(url: string) {
    this.origin = new URL(url).origin;
    document.addEventListener('securitypolicyviolation', this.notice);
  }

  end(): void {
    document.removeEventListener('securitypolicyviolation', this.notice);
  }

  private readonly notice = ({ blockedURI, disposition }: SecurityPolicyViolationEvent): void => {
    this.seen ||= disposition === 'enforce' && URL.canParse(blockedURI) && new URL(blockedURI).origin === this.origin;
  };
}
