/** URLs that carry their own permission: what may be done, until when, and an HMAC over it. */
package dev.weir.wire.signedurl;
