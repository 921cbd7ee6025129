/** JSON-RPC 2.0 messages, looked at without taking them apart: what is passed on is the original bytes. */
package dev.weir.wire.jsonrpc;
