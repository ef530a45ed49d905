import { proxyVariable } from '../../../../tools/probe/network/proxy-variable';

test.each([
  ['https://api.example.com', { HTTPS_PROXY: 'http://proxy:3128' }, 'HTTPS_PROXY'],
  ['wss://api.example.com', { https_proxy: 'http://proxy:3128' }, 'https_proxy'],
  ['http://api.example.com', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
  ['http://api.example.com', { ALL_PROXY: 'socks5://proxy' }, 'ALL_PROXY'],
  ['http://api.example.com', { http_proxy: '' }, undefined],
  ['http://localhost:8000', { http_proxy: 'http://proxy:3128' }, undefined],
  ['http://[::1]:8000', { http_proxy: 'http://proxy:3128' }, undefined],
])('for %s and the environment %j, the variable of the proxy is %s', (url, environment, variable) => {
  expect(proxyVariable(new URL(url), environment)).toBe(variable);
});
