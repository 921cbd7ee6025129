/** CPython as a reader of source: the security scan and the handler's shape, without running a line of a package. */
package dev.weir.platform.python;
