/** At most a dozen types that every layer shares: who calls, what went wrong, what must not be printed. */
package dev.weir.kernel;
