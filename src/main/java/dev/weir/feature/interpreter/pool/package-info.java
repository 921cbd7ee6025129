/** Warm sessions of code interpreters, lent to one piece of work at a time and never to another user's. */
package dev.weir.feature.interpreter.pool;
