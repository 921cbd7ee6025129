/** Telling other systems what became of a run: deliveries, their attempts and retries, and the endpoints that do not answer. */
package dev.weir.feature.webhook;
