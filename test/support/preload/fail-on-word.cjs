// Stands for a bug: the code that takes a text with a certain word in it to the wire throws.
const { stringify } = JSON;

JSON.stringify = (value, ...rest) => {
  if (typeof value === 'string' && value.includes('meets-a-bug')) throw new TypeError('thrown by the test');
  return stringify(value, ...rest);
};
