/** First frame of the echo server to a socket. */
export interface Welcome {
  readonly pid: number;
  /** URL of the port that sends to the sockets of the task. */
  readonly posts: string;
  readonly taskArn: string;
  /** URL of the metadata of the container. */
  readonly metadata: string;
}
