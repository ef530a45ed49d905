/** License of this repository, for the descriptions of the APIs. A fork can have another one. */
export const LICENSE = { name: 'MIT-0', url: 'https://spdx.org/licenses/MIT-0.html' } as const;
