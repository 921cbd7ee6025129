/** The first code a client's bytes meet; it speaks protocols and decides nothing. */
package dev.weir.edge;
