/**
 * Pause of a topic after which its next message is pushed at once, if messages do not wait for a batching window, in
 * milliseconds. Lambda polls a stream 4 times a second, so messages with shorter pauses often share a frame.
 */
export const SHORTEST_PAUSE_MILLISECONDS = 600;
