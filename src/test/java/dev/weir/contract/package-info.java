/** One suite per port, which every adapter of it passes: an interface of tests, implemented by the adapter's own test. */
package dev.weir.contract;
