/**
 * Declares the topics of an application to its hooks:
 *
 * ```ts
 * declare module '@twinlane/client/react' {
 *   interface Register {
 *     topics: { orders: Order; [room: `room:${string}`]: Chat };
 *   }
 * }
 * ```
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- an application adds the property
export interface Register {}

/** Topic → type of its data. @default every topic, with data of the type `unknown` */
export type Topics = Register extends { topics: infer Declared extends object } ? Declared : Record<string, unknown>;

/** Name of a topic. */
export type Topic = keyof Topics & string;
