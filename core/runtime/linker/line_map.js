// A source map, read only for lines: generated line → line of the source

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// One number for each generated line, 0 where it comes from nowhere
export function lineMap(map) {
  if (!map?.mappings) return null;
  let source = 0;
  return map.mappings.split(";").map((line) => {
    let found = 0;
    for (const segment of line ? line.split(",") : []) {
      const numbers = decode(segment);
      if (numbers.length < 4) continue;
      source += numbers[2];
      found ||= source + 1;
    }
    return found;
  });
}

// Base64 VLQ (https://tc39.es/ecma426/)
function decode(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
