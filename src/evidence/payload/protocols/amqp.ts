/**
 * AMQP (0-9-1, 4.2.2; 1.0, 2.2 and 5.3): its name, then a protocol and a version. A server that does not support the version
 * answers with one of its own; 1.0 always answers.
 */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const amqp = fixedTexts("amqp", {
  "AMQP\x00\x00\x09\x01": Kind.ASKS,
  "AMQP\x01\x01\x00\x09": Kind.ASKS,
  "AMQP\x01\x01\x08\x00": Kind.ASKS,
  "AMQP\x01\x01\x09\x01": Kind.ASKS,
  "AMQP\x00\x01\x00\x00": Kind.EITHER,
  "AMQP\x02\x01\x00\x00": Kind.EITHER,
  "AMQP\x03\x01\x00\x00": Kind.EITHER,
});
