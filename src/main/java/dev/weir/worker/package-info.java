/** Event-bus verticles: the executing side of the gateway. */
package dev.weir.worker;
