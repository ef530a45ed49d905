/** Entry point for an app that bundles before it loads the CDK. */
export { type BundleOptions, bundle, bundleAll } from './functions/bundles';
