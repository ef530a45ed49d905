/** Entry point for snapshot tests of a stack. */
export { stableTemplate, templateSerializer } from './compliance/stable-template';
