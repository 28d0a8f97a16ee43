/**
 * The head of an HTTP/1 request (RFC 9112, 2 to 5): the requested host, and the Apple program that sends it.
 *
 *   CONNECT gateway.example:443 HTTP/1.1     the authority of a tunnel (3.2.3)
 *   GET http://www.example/ HTTP/1.1         an absolute URI wins over Host (3.2.2)
 *   Host: www.example:8080
 *
 * RTSP and SIP look similar, but do not count.
 */
import { decodeText, MAX_NAME_LENGTH, normalizeHostName } from "./name-text.ts";

/** Longer heads are not read to their end. */
const MAX_HEAD_LENGTH = 16_384;
const MAX_HEADERS = 100;
const MAX_METHOD_LENGTH = 20;
const MAX_VALUE_LENGTH = 1024;
/** Enough to identify a system, and too short to distinguish most versions. */
const MAX_AGENT_LENGTH = 36;
/** `HTTP/1.` and a digit. */
const VERSION_LENGTH = 8;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const SLASH = 0x2f;
const COLON = 0x3a;

/** Content of a request. Owned. */
export interface HttpRequest {
  /** More bytes would change nothing: the head ends here, or exceeds the limit. */
  readonly isWhole: boolean;
  /** Bytes of the head including the empty line after it; 0 if that is missing. */
  readonly headLength: number;
  /** The method is CONNECT: what follows is for another server than the proxy. */
  readonly isConnect: boolean;
  /** The requested host without port, in the form of `normalizeHostName`; IPv6 in brackets. Or null. */
  readonly host: string | null;
  /** The first program in a user agent with CFNetwork and Darwin, or null. */
  readonly userAgentProcess: string | null;
  /**
   * Beginning of the user agent, at most `MAX_AGENT_LENGTH` characters; of one with CFNetwork and Darwin, only these two
   * words. Null if absent.
   */
  readonly userAgent: string | null;
}

/**
 * Reads the available part of the request at `offset`; null if it cannot be the beginning of one. Only complete lines count.
 * `bytes` is borrowed for the call.
 */
export function readHttpRequest(bytes: Uint8Array, offset: number, end: number): HttpRequest | null {
  const target = skipMethod(bytes, offset, end);
  if (target < 0) return null;
  const limit = Math.min(end, offset + MAX_HEAD_LENGTH);
  const lineEnd = target > limit ? -1 : findByte(bytes, LINE_FEED, target, limit);
  if (lineEnd < 0) return mayBeTarget(bytes, offset, target, end) ? unread(limit < end) : null;
  const targetEnd = textEnd(bytes, target, lineEnd) - VERSION_LENGTH - 1;
  if (targetEnd <= target || !isVersion(bytes, targetEnd)) return null;
  const isConnect = methodIs(bytes, offset, target, "CONNECT");
  const head = readHeaders(bytes, lineEnd + 1, limit);
  const targetText = bytes[target] === SLASH ? "" : decodeText(bytes, target, targetEnd);
  const authority = isConnect ? targetText : authorityOf(targetText);
  return {
    isWhole: head.end > 0 || head.isTooLong || limit === offset + MAX_HEAD_LENGTH,
    headLength: head.end > 0 ? head.end - offset : 0,
    isConnect,
    host: hostOf(authority ?? head.host),
    ...readUserAgent(head.userAgent),
  };
}

/** Parses a user agent; null for none. */
export function readUserAgent(text: string | null): Pick<HttpRequest, "userAgentProcess" | "userAgent"> {
  const userAgentProcess = text === null ? null : findProcess(text);
  return {
    userAgentProcess,
    userAgent: userAgentProcess === null ? beginningOf(text) : "CFNetwork Darwin",
  };
}

function unread(isWhole: boolean): HttpRequest {
  return { isWhole, headLength: 0, isConnect: false, host: null, userAgentProcess: null, userAgent: null };
}

/** Offset of the target: past `end` if it may still follow, -1 without a method. */
function skipMethod(bytes: Uint8Array, offset: number, end: number): number {
  const limit = Math.min(end, offset + MAX_METHOD_LENGTH + 1);
  for (let cursor = offset; cursor < limit; cursor++) {
    const byte = bytes[cursor];
    if (byte === SPACE && cursor > offset) return cursor + 1;
    if ((byte < 0x41 || byte > 0x5a) && byte !== HYPHEN) return -1;
  }
  return limit === end && end > offset ? end + 1 : -1;
}

/** Whether the available part of the target may be HTTP: a path, `*`, an http or https URI, or an authority. */
function mayBeTarget(bytes: Uint8Array, offset: number, target: number, end: number): boolean {
  if (target >= end || methodIs(bytes, offset, target, "CONNECT")) return true;
  return "/*hH".includes(String.fromCharCode(bytes[target]));
}

function methodIs(bytes: Uint8Array, offset: number, target: number, method: string): boolean {
  if (target - 1 - offset !== method.length) return false;
  for (let i = 0; i < method.length; i++) if (bytes[offset + i] !== method.charCodeAt(i)) return false;
  return true;
}

/** Whether a space, `HTTP/1.` and a digit are at `offset`. */
function isVersion(bytes: Uint8Array, offset: number): boolean {
  const expected = " HTTP/1.";
  for (let i = 0; i < expected.length; i++) {
    if (bytes[offset + i] !== expected.charCodeAt(i)) return false;
  }
  const digit = bytes[offset + expected.length];
  return digit >= 0x30 && digit <= 0x39;
}

interface Headers {
  /** After the empty line; 0 if that is missing. */
  end: number;
  isTooLong: boolean;
  host: string | null;
  userAgent: string | null;
}

function readHeaders(bytes: Uint8Array, offset: number, limit: number): Headers {
  const headers: Headers = { end: 0, isTooLong: false, host: null, userAgent: null };
  let cursor = offset;
  for (let count = 0; cursor < limit; count++) {
    const lineEnd = findLineEnd(bytes, cursor, limit);
    if (lineEnd < 0) return headers;
    if (textEnd(bytes, cursor, lineEnd) === cursor) {
      headers.end = lineEnd + 1;
      return headers;
    }
    headers.isTooLong = count === MAX_HEADERS;
    if (headers.isTooLong) return headers;
    headers.host ??= readValue(bytes, cursor, lineEnd, "host");
    headers.userAgent ??= readValue(bytes, cursor, lineEnd, "user-agent");
    cursor = lineEnd + 1;
  }
  return headers;
}

/**
 * The line feed that ends the header at `offset`: following lines that begin with white space belong to it (RFC 9112, 5.2).
 */
function findLineEnd(bytes: Uint8Array, offset: number, limit: number): number {
  let lineEnd = findByte(bytes, LINE_FEED, offset, limit);
  if (lineEnd < 0 || textEnd(bytes, offset, lineEnd) === offset) return lineEnd;
  while (lineEnd >= 0 && lineEnd + 1 < limit && isBlank(bytes[lineEnd + 1])) {
    lineEnd = findByte(bytes, LINE_FEED, lineEnd + 1, limit);
  }
  return lineEnd;
}

/** Returns the value of the header at `offset` if it has this name (in lower case), else null. */
function readValue(bytes: Uint8Array, offset: number, lineEnd: number, name: string): string | null {
  if (lineEnd - offset <= name.length || bytes[offset + name.length] !== COLON) return null;
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[offset + i];
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== name.charCodeAt(i)) return null;
  }
  const value = offset + name.length + 1;
  // A truncated value would end in another name.
  if (lineEnd - value > MAX_VALUE_LENGTH) return null;
  return decodeText(bytes, value, lineEnd)
    .replace(/[\t\r\n ]+/g, " ")
    .replace(/^ | $/g, "");
}

/** Returns the authority of an absolute http or https URI; null for any other target. */
function authorityOf(target: string): string | null {
  const scheme = /^https?:\/\//i.exec(target);
  if (scheme === null) return null;
  const rest = target.slice(scheme[0].length);
  const length = rest.search(/[/?#]/);
  return length < 0 ? rest : rest.slice(0, length);
}

/** Returns the host of an authority: without user and port, keeping IPv6 brackets (RFC 3986, 3.2). */
export function hostOf(authority: string | null): string | null {
  if (authority === null) return null;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const bracket = host.startsWith("[") ? host.indexOf("]") : -1;
  const colon = host.indexOf(":", bracket + 1);
  return normalizeHostName(colon < 0 ? host : host.slice(0, colon));
}

/**
 * Returns the first program in a CFNetwork user agent: `apsd` of `apsd/1.0 CFNetwork/1410 Darwin/22.6`, `App Store` of
 * `App%20Store/3.0 ...`, `Software Update` of `Software Update (unknown version) ...`.
 */
function findProcess(userAgent: string): string | null {
  const framework = userAgent.indexOf(" CFNetwork/");
  if (framework < 0 || userAgent.indexOf(" Darwin/", framework) < 0) return null;
  const token = userAgent.slice(0, framework);
  const versionOffset = token.search(/\/| \(unknown version\)/);
  const name = decodePercents(versionOffset < 0 ? token : token.slice(0, versionOffset)).slice(
    0,
    MAX_NAME_LENGTH,
  );
  return name === "" ? null : name;
}

function beginningOf(userAgent: string | null): string | null {
  return userAgent === null || userAgent === "" ? null : userAgent.slice(0, MAX_AGENT_LENGTH);
}

function decodePercents(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** End of the text of a line: before its line feed and a preceding carriage return. */
function textEnd(bytes: Uint8Array, offset: number, lineFeed: number): number {
  return lineFeed > offset && bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Offset of the first `byte` in `bytes[offset..end)`, or -1. */
function findByte(bytes: Uint8Array, byte: number, offset: number, end: number): number {
  const position = bytes.subarray(offset, end).indexOf(byte);
  return position < 0 ? -1 : offset + position;
}
