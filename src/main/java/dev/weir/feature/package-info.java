/** The product: rules and ports, without sockets, SDKs, routers or an event bus. */
package dev.weir.feature;
