// What Node has and the engine does not, what the run decides, and the door for Python.
"use strict";

var module = { exports: {} }, exports = module.exports;

// The run tells the time, in ms since 1970, and the numbers that chance gives; where
// those do not suffice, it is evaluated again with more.
let now = 0, chances = [], drawn = 0, chanceMissed = false;
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length) super(...given);
    else super(now);
  }
};
Math.random = () => {
  if (drawn === chances.length) {
    chanceMissed = true;
    throw new Error("there is no chance left");
  }
  return chances[drawn++];
};

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
let result, failure, settled;

// In one piece: Python takes no text that the engine still keeps in two.
const whole = (text) => join.call([text], "");
// Errors of JSONata are plain objects. Of the engine, which throws null when it has no
// memory left to say so, the program then says that null has no position or token.
let exhausted = false;
const EXHAUSTED = /out of memory$|^cannot read property '(position|token|code)' of null$/;
function told(error) {
  const text = whole(String((error && error.message) || error));
  exhausted ||= error === null || (error instanceof Error && EXHAUSTED.test(text));
  return text;
}

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

// A call leaves in a built-in function where it was called, which shows where the function
// is a result: it is nothing to the next evaluation.
let builtins = [];
function collect(names) {
  module.exports(`[${names}]`).evaluate({}).then((found) => { builtins = found; });
}

function start(number, input, ms, given) {
  for (const each of builtins) {
    delete each.token;
    delete each.position;
  }
  result = failure = undefined;
  settled = false;
  now = ms;
  chances = JSON.parse(given);
  drawn = 0;
  chanceMissed = tooLong = exhausted = false;
  // What one evaluation binds is nothing to the next.
  expressions[number].evaluate(JSON.parse(input), {}).then(
    (value) => { result = JSON.stringify(value); },
    (error) => { failure = told(error); }
  ).catch((error) => { failure = told(error); }) // what cannot be spelled
    .then(() => { settled = true; });
}

function taken() { return result; }
function failed() { return failure; }
function missesChance() { return chanceMissed; }
function drawnChances() { return drawn; }
function isTooLong() { return tooLong; }
// An evaluation that came to nothing had no memory left even to say that it failed.
function isExhausted() { return exhausted || !settled; }
