/** Secrets of a tenant: values that go in and reach handlers, and never come back out to a client. */
package dev.weir.feature.secret;
