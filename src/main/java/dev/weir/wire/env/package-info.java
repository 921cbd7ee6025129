/** Which environment variables reach a tenant's code: one rule, applied by the gateway and again by the runner. */
package dev.weir.wire.env;
