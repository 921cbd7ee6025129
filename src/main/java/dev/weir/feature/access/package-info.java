/** Who may do what: callers, API keys, tickets, and the permits that use-cases demand. */
package dev.weir.feature.access;
