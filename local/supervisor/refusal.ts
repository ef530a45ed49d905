/** Why the runner cannot start, in one sentence that says what to do. No stack trace belongs to it. */
export class Refusal extends Error {}
