/**
 * Delivery from one publisher to many subscribers, measured from outside on whole processes: a load client that accounts for every event, servers
 * that do nothing but write as the limit, and the benchmark that sets Weir beside them.
 */
package dev.weir.bench.fanout;
