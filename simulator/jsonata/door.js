// What Node has and the engine does not, what the run decides, and the door for Python.
"use strict";

var module = { exports: {} }, exports = module.exports;

// The run tells the time, in ms since 1970, and the seed of an expression's chance, when
// it first asks for one: it is evaluated again then.
let now = 0, seed, seedMissed = false;
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length) super(...given);
    else super(now);
  }
};
Math.random = () => {
  if (seed === undefined) {
    seedMissed = true;
    throw new Error("there is no seed");
  }
  const high = next() >>> 5, low = next() >>> 6; // 53 bits, as Python makes them
  return (high * 67108864 + low) / 9007199254740992;
};
function next() { // mulberry32
  let bits = (seed = (seed + 0x6d2b79f5) | 0);
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return bits ^ (bits >>> 14);
}

// As Node's Buffer: a character is its lowest byte, and what is no base64 is skipped.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
globalThis.window = {
  btoa(text) {
    const parts = [];
    for (let at = 0; at < text.length; at += 3) {
      const left = text.length - at;
      const byte = (n) => (n < left ? text.charCodeAt(at + n) & 255 : 0);
      const bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
      parts.push(
        DIGITS[bits >> 18] + DIGITS[(bits >> 12) & 63] +
        (left > 1 ? DIGITS[(bits >> 6) & 63] : "=") + (left > 2 ? DIGITS[bits & 63] : "=")
      );
    }
    return parts.join("");
  },
  atob(text) {
    const parts = [];
    let bits = 0, count = 0;
    for (const digit of text.split("=", 1)[0].replace(/-/g, "+").replace(/_/g, "/")) {
      const value = DIGITS.indexOf(digit);
      if (value < 0) continue;
      bits = (bits << 6) | value;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      parts.push(String.fromCharCode((bits >> count) & 255));
      bits &= (1 << count) - 1;
    }
    return parts.join("");
  },
};

// Nothing interrupts this loop: $pad makes a text of as many characters as it is asked for.
const MOST_CHARACTERS = 1e6;
let tooLong = false;
const join = Array.prototype.join;
Array.prototype.join = function (separator) {
  if (this.length > MOST_CHARACTERS) {
    tooLong = true;
    throw new RangeError("Invalid string length");
  }
  return join.call(this, separator);
};

const expressions = [];
let result, failure;

// In one piece: Python takes no text that the engine still keeps in two.
const whole = (text) => join.call([text], "");
const told = (error) => whole(String((error && error.message) || error));

// Each answers with text: a number as its digits, or what is wrong behind a "!".
function compile(text) {
  try {
    return String(expressions.push(module.exports(text)) - 1);
  } catch (error) {
    return whole("!" + told(error));
  }
}

function tree(number) {
  return JSON.stringify(expressions[number].ast());
}

function start(number, input, ms, given) {
  result = failure = undefined;
  now = ms;
  seed = given === null ? undefined : given | 0;
  seedMissed = tooLong = false;
  // What one evaluation binds is nothing to the next.
  expressions[number].evaluate(JSON.parse(input), {}).then(
    (value) => { result = JSON.stringify(value); },
    (error) => { failure = told(error); }
  ).catch((error) => { failure = told(error); }); // what cannot be spelled
}

function taken() { return result; }
function failed() { return failure; }
function missesSeed() { return seedMissed; }
function isTooLong() { return tooLong; }
