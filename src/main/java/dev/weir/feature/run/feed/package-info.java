/** Subscriptions: a cursor per client over a bounded tail and, behind it, the log. */
package dev.weir.feature.run.feed;
