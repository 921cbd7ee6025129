/** Meters, health and the key names of structured logs. */
package dev.weir.observe;
