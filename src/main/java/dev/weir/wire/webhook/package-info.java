/** Standard Webhooks: the keys, and the signature over id, timestamp and body. */
package dev.weir.wire.webhook;
