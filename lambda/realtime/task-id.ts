/**
 * Ids of tasks and of their sockets, which are connections: `{name}.0` is a task, `{name}.1` its first socket. An id of API
 * Gateway contains no `.`.
 */

/** @param name random name of the task: letters, digits, _ and - */
export const taskIdOf = (name: string): string => `${name}.0`;

/** @returns the id of the task of a socket, or of a task */
export const taskOf = (connectionId: string): string => taskIdOf(connectionId.split('.', 1)[0] ?? '');

/** @param number of the socket, 1 or more */
export const socketIdOf = (taskId: string, number: number): string => `${taskId.slice(0, -1)}${number}`;

/** @returns true for the id of a task or of a socket of one */
export const isOnTask = (connectionId: string): boolean => connectionId.includes('.');
