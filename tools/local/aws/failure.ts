/** An error that a caller gets as the answer of an AWS API. */
export class Failure extends Error {
  /**
   * @param type what goes into `__type`: `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`
   * @param fields what the answer says beside type and message
   */
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
    readonly fields: object = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  get body(): object {
    return { __type: this.type, message: this.message, ...this.fields };
  }
}
