/** AWS Signature Version 4 as a verifier reads it: canonical request, string to sign, signature. */
package dev.weir.wire.sigv4;
