/** An error response of an AWS API. */
export class Failure extends Error {
  /**
   * @param type value of `__type`: `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`
   * @param fields properties of the response in addition to type and message
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
