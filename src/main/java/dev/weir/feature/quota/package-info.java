/** What a tenant may use: limits, the ledger of what is used and held, and the gate before every execution. */
package dev.weir.feature.quota;
