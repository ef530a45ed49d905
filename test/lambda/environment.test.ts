import { required, requiredNumber } from '../../lambda/environment';

it('required() and requiredNumber() return the value of a variable', () => {
  expect(required('PORT', { PORT: '8080' })).toBe('8080');
  expect(requiredNumber('PORT', { PORT: '8080' })).toBe(8080);
});

it.each([{}, { PORT: '' }])('the error for a missing variable contains its name: %j', (environment) => {
  expect(() => required('PORT', environment)).toThrow('PORT');
  expect(() => requiredNumber('PORT', environment)).toThrow('PORT');
});

it.each(['0', '-1', '1.5', '1e3', ' 1', 'many', '9'.repeat(16)])(
  'requiredNumber() refuses %j, with the name of the variable in the error',
  (PORT) => {
    expect(() => requiredNumber('PORT', { PORT })).toThrow(`PORT must be a positive whole number, got "${PORT}"`);
  },
);
