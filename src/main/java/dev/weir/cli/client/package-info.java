/** The client commands' way to a gateway: where it is, what it answered, and how that is told. */
package dev.weir.cli.client;
